namespace ClusterPanel.Core.Clusters;

/// <summary>Reads a running cluster through its API, over SSH forwarding by way of any master that answers.</summary>
public interface IClusterReader
{
    /// <summary>The nodes, now.</summary>
    /// <exception cref="Hosts.HostUnreachableException">No master answered; the message says what each one said.</exception>
    Task<ClusterState> ReadAsync(Cluster cluster, CancellationToken cancellationToken);
}
