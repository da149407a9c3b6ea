namespace ClusterPanel.Core.Clusters;

/// <summary>A running cluster's own API, over SSH forwarding by way of any master that answers.</summary>
public interface IClusterApi
{
    /// <summary>The nodes, now.</summary>
    /// <exception cref="Hosts.HostUnreachableException">No master answered; the message says what each one said.</exception>
    Task<ClusterState> ReadAsync(Cluster cluster, CancellationToken cancellationToken);

    /// <summary>How it is configured, now.</summary>
    /// <exception cref="Hosts.HostUnreachableException">No master answered; the message says what each one said.</exception>
    Task<RunningConfiguration> ReadConfigurationAsync(Cluster cluster, CancellationToken cancellationToken);

    /// <summary>Cordons a node, so that no new pod is placed there, or takes that back. A node that is not there is passed over.</summary>
    /// <exception cref="Hosts.HostUnreachableException">No master answered; the message says what each one said.</exception>
    Task SetSchedulableAsync(Cluster cluster, string node, bool schedulable, CancellationToken cancellationToken);
}
