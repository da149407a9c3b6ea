using System.Collections.Concurrent;
using ClusterPanel.Core.Auditing;
using ClusterPanel.Core.Clusters;

namespace ClusterPanel.Web.Tests.Fakes;

public sealed class MemoryClusters : IClusterStore
{
    private readonly ConcurrentDictionary<Guid, Cluster> _clusters = new();
    private readonly ConcurrentDictionary<Guid, string> _kubeconfigs = new();

    public void Add(Cluster cluster) => _clusters[cluster.Id] = cluster;

    public Task<IReadOnlyList<Cluster>> ListAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<Cluster>>([.. _clusters.Values.OrderBy(c => c.Name, StringComparer.Ordinal)]);

    public Task<Cluster?> FindAsync(Guid id, CancellationToken cancellationToken) => Task.FromResult(_clusters.GetValueOrDefault(id));

    public Task<string?> OpenKubeconfigAsync(Guid id, CancellationToken cancellationToken) => Task.FromResult(_kubeconfigs.GetValueOrDefault(id));

    public Task SaveKubeconfigAsync(Guid id, string kubeconfig, CancellationToken cancellationToken)
    {
        _kubeconfigs[id] = kubeconfig;
        return Task.CompletedTask;
    }

    public Task SaveHostRecordAsync(Guid id, Guid hostId, ReadOnlyMemory<byte> record, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<byte[]?> OpenHostRecordAsync(Guid id, Guid hostId, CancellationToken cancellationToken) => Task.FromResult<byte[]?>(null);

    public Task DropHostRecordAsync(Guid id, Guid hostId, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task GiveUpHostAsync(Guid id, Guid hostId, AuditEntry entry, CancellationToken cancellationToken)
    {
        var cluster = _clusters[id];
        cluster.Spec = cluster.Spec with { NotCleaned = [.. cluster.Spec.NotCleaned.Where(m => m.HostId != hostId)] };
        return Task.CompletedTask;
    }

    public Task DeleteAsync(Guid id, AuditEntry entry, CancellationToken cancellationToken)
    {
        _clusters.TryRemove(id, out _);
        return Task.CompletedTask;
    }
}
