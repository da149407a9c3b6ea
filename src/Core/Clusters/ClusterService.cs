namespace ClusterPanel.Core.Clusters;

/// <summary>What can be asked of clusters that exist.</summary>
public sealed class ClusterService(IClusterStore store, IClusterReader reader)
{
    /// <summary>All clusters by name.</summary>
    public Task<IReadOnlyList<Cluster>> ListAsync(CancellationToken cancellationToken) => store.ListAsync(cancellationToken);

    /// <summary>One cluster, or null.</summary>
    public Task<Cluster?> FindAsync(Guid id, CancellationToken cancellationToken) => store.FindAsync(id, cancellationToken);

    /// <summary>The nodes as the cluster's API tells now.</summary>
    /// <exception cref="Hosts.HostUnreachableException">No master answered.</exception>
    public Task<ClusterState> ReadStateAsync(Cluster cluster, CancellationToken cancellationToken) => reader.ReadAsync(cluster, cancellationToken);

    /// <summary>Addresses a kubeconfig may name: in the certificate's names and reachable by an operator without any hosts entry. Masters in joining order, then further names.</summary>
    public static IReadOnlyList<string> KubeconfigServers(Cluster cluster) =>
        [.. cluster.Spec.ControlPlane.Select(m => m.Address), .. cluster.Spec.ExtraSans];

    /// <summary>The admin kubeconfig with its server set to one of <see cref="KubeconfigServers"/>.</summary>
    /// <exception cref="InvalidInputException">The address is not among them.</exception>
    /// <exception cref="ConflictException">The cluster has none yet.</exception>
    public async Task<string> KubeconfigAsync(Cluster cluster, string server, CancellationToken cancellationToken)
    {
        if (!KubeconfigServers(cluster).Contains(server))
        {
            throw new InvalidInputException("server", $"\"{server}\" is not in the names of the API server's certificate. Choose one of: {string.Join(", ", KubeconfigServers(cluster))}.");
        }

        var text = await store.OpenKubeconfigAsync(cluster.Id, cancellationToken)
            ?? throw new ConflictException($"Cluster {cluster.Name} has no kubeconfig yet; it is stored when kubeadm init has succeeded.");
        return Kubeconfig.WithServer(text, server, cluster.Spec.ApiServerPort);
    }

    /// <summary>Forgets a cluster whose creation is not running; nothing is changed on its hosts.</summary>
    /// <exception cref="ConflictException">A deployment of it is not finished.</exception>
    public Task DeleteAsync(Guid id, CancellationToken cancellationToken) => store.DeleteAsync(id, cancellationToken);
}
