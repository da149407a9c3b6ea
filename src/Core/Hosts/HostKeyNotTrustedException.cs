namespace ClusterPanel.Core.Hosts;

/// <summary>No host key was approved for the host yet.</summary>
public sealed class HostKeyNotTrustedException : HostException
{
    /// <summary>Makes it.</summary>
    /// <param name="hostName">Inventory name or address.</param>
    /// <param name="message">A sentence that names the cause and what to do.</param>
    /// <param name="inner">The library's own exception, or null.</param>
    public HostKeyNotTrustedException(string hostName, string message, Exception? inner = null) : base(hostName, message, inner)
    {
    }

    /// <inheritdoc/>
    public override FailureKind Kind => FailureKind.Authentication;
}
