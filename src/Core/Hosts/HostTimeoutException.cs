namespace ClusterPanel.Core.Hosts;

/// <summary>A command did not end in its time; it may still run on the host.</summary>
public sealed class HostTimeoutException : HostException
{
    /// <summary>Makes it.</summary>
    /// <param name="hostName">Inventory name or address.</param>
    /// <param name="message">A sentence that names the cause and what to do.</param>
    /// <param name="inner">The library's own exception, or null.</param>
    public HostTimeoutException(string hostName, string message, Exception? inner = null) : base(hostName, message, inner)
    {
    }

    /// <inheritdoc/>
    public override FailureKind Kind => FailureKind.Network;
}
