using ClusterPanel.Core.Auditing;

namespace ClusterPanel.Core.Clusters;

/// <summary>Where clusters are kept.</summary>
public interface IClusterStore
{
    /// <summary>All clusters by name.</summary>
    Task<IReadOnlyList<Cluster>> ListAsync(CancellationToken cancellationToken);

    /// <summary>One cluster, or null.</summary>
    Task<Cluster?> FindAsync(Guid id, CancellationToken cancellationToken);

    /// <summary>The admin kubeconfig as kubeadm wrote it, decrypted; null before kubeadm init is done.</summary>
    Task<string?> OpenKubeconfigAsync(Guid id, CancellationToken cancellationToken);

    /// <summary>Stores the admin kubeconfig, encrypted.</summary>
    Task SaveKubeconfigAsync(Guid id, string kubeconfig, CancellationToken cancellationToken);

    /// <summary>Stores how a host of the cluster was before the panel's first change, encrypted; forgotten when the host leaves the cluster.</summary>
    Task SaveHostRecordAsync(Guid id, Guid hostId, ReadOnlyMemory<byte> record, CancellationToken cancellationToken);

    /// <summary>That record, decrypted, or null.</summary>
    Task<byte[]?> OpenHostRecordAsync(Guid id, Guid hostId, CancellationToken cancellationToken);

    /// <summary>Forgets it: the host is as it was.</summary>
    Task DropHostRecordAsync(Guid id, Guid hostId, CancellationToken cancellationToken);

    /// <summary>Takes a host off the list of those that left without being cleaned, with its record.</summary>
    /// <exception cref="ConflictException">A deployment of the cluster is not finished.</exception>
    Task GiveUpHostAsync(Guid id, Guid hostId, AuditEntry entry, CancellationToken cancellationToken);

    /// <summary>Removes a cluster that has no unfinished deployment, with its deployments and logs; its hosts are free again.</summary>
    /// <exception cref="ConflictException">A deployment of it is not finished.</exception>
    Task DeleteAsync(Guid id, AuditEntry entry, CancellationToken cancellationToken);
}
