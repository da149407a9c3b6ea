namespace ClusterPanel.Core.Hosts;

/// <summary>The host shows another key than the one approved: reinstalled, or somebody in between. Work stops.</summary>
public sealed class HostKeyChangedException : HostException
{
    /// <summary>Makes it.</summary>
    /// <param name="hostName">Inventory name.</param>
    /// <param name="trusted">The approved key.</param>
    /// <param name="seen">The key shown now.</param>
    public HostKeyChangedException(string hostName, HostKey trusted, HostKey seen)
        : base(hostName, $"The host key of {hostName} has changed: approved was {trusted}, it now shows {seen}. If the machine was reinstalled, compare the fingerprint on its console and approve the new key on the host's page.")
    {
        Trusted = trusted;
        Seen = seen;
    }

    /// <summary>The approved key.</summary>
    public HostKey Trusted { get; }

    /// <summary>The key shown now.</summary>
    public HostKey Seen { get; }

    /// <inheritdoc/>
    public override FailureKind Kind => FailureKind.Authentication;
}
