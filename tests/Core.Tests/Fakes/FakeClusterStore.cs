using ClusterPanel.Core.Auditing;
using ClusterPanel.Core.Clusters;

namespace ClusterPanel.Core.Tests.Fakes;

/// <summary>Clusters in memory.</summary>
internal sealed class FakeClusterStore : IClusterStore
{
    public List<Cluster> Clusters { get; } = [];

    public Dictionary<Guid, string> Kubeconfigs { get; } = [];

    /// <summary>Records of hosts, by host.</summary>
    public Dictionary<Guid, byte[]> Records { get; } = [];

    public Task<IReadOnlyList<Cluster>> ListAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<Cluster>>(Clusters);

    public Task<Cluster?> FindAsync(Guid id, CancellationToken cancellationToken) => Task.FromResult(Clusters.FirstOrDefault(c => c.Id == id));

    public Task<string?> OpenKubeconfigAsync(Guid id, CancellationToken cancellationToken) => Task.FromResult(Kubeconfigs.GetValueOrDefault(id));

    public Task SaveKubeconfigAsync(Guid id, string kubeconfig, CancellationToken cancellationToken)
    {
        Kubeconfigs[id] = kubeconfig;
        return Task.CompletedTask;
    }

    public Task SaveHostRecordAsync(Guid id, Guid hostId, ReadOnlyMemory<byte> record, CancellationToken cancellationToken)
    {
        Records[hostId] = record.ToArray();
        return Task.CompletedTask;
    }

    public Task DropHostRecordAsync(Guid id, Guid hostId, CancellationToken cancellationToken)
    {
        Records.Remove(hostId);
        return Task.CompletedTask;
    }

    public Task<byte[]?> OpenHostRecordAsync(Guid id, Guid hostId, CancellationToken cancellationToken) => Task.FromResult(Records.GetValueOrDefault(hostId));

    public Task GiveUpHostAsync(Guid id, Guid hostId, AuditEntry entry, CancellationToken cancellationToken)
    {
        var cluster = Clusters.Single(c => c.Id == id);
        cluster.Spec = cluster.Spec with { NotCleaned = [.. cluster.Spec.NotCleaned.Where(m => m.HostId != hostId)] };
        return Task.CompletedTask;
    }

    public Task DeleteAsync(Guid id, AuditEntry entry, CancellationToken cancellationToken)
    {
        Clusters.RemoveAll(c => c.Id == id);
        return Task.CompletedTask;
    }
}
