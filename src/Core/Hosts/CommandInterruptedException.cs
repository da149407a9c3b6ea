namespace ClusterPanel.Core.Hosts;

/// <summary>
/// A command did not run to its end: the host was restarted, or something ended it. What it did is unknown until somebody looks,
/// so the step is begun again, which looks first.
/// </summary>
public sealed class CommandInterruptedException : HostException
{
    /// <summary>Makes it.</summary>
    /// <param name="hostName">Inventory name.</param>
    /// <param name="summary">What the command was to do.</param>
    /// <param name="why">What happened to it, as a sentence.</param>
    public CommandInterruptedException(string hostName, string summary, string why)
        : base(hostName, $"{summary} on {hostName}: {why}")
    {
    }

    /// <inheritdoc/>
    public override FailureKind Kind => FailureKind.Network;
}
