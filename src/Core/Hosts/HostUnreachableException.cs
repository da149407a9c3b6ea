namespace ClusterPanel.Core.Hosts;

/// <summary>Nothing answers at the host's address, or the link was lost.</summary>
public sealed class HostUnreachableException : HostException
{
    /// <summary>Makes it.</summary>
    /// <param name="hostName">Inventory name or address.</param>
    /// <param name="message">A sentence that names the cause and what to do.</param>
    /// <param name="inner">The library's own exception, or null.</param>
    public HostUnreachableException(string hostName, string message, Exception? inner = null) : base(hostName, message, inner)
    {
    }

    /// <inheritdoc/>
    public override FailureKind Kind => FailureKind.Network;
}
