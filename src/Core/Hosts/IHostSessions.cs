namespace ClusterPanel.Core.Hosts;

/// <summary>The only door to hosts. No other code connects, and no connection is made without a check of the host key.</summary>
public interface IHostSessions
{
    /// <summary>
    /// Connects and logs in. The session counts as open until disposed; sessions of one host share a connection.
    /// </summary>
    /// <exception cref="HostKeyNotTrustedException">No host key was approved yet.</exception>
    /// <exception cref="HostKeyChangedException">The host shows another key than the approved one.</exception>
    /// <exception cref="HostUnreachableException">Nothing answers, or the link was lost.</exception>
    /// <exception cref="HostAuthenticationException">The login or sudo was refused.</exception>
    Task<IHostSession> OpenAsync(Host host, CancellationToken cancellationToken);

    /// <summary>Reads the key a host shows, without logging in and without sending any secret.</summary>
    /// <exception cref="HostUnreachableException">Nothing answers.</exception>
    Task<HostKey> ReadHostKeyAsync(string address, int port, CancellationToken cancellationToken);
}
