using ClusterPanel.Core.Auditing;
using ClusterPanel.Core.Clusters;

namespace ClusterPanel.Infrastructure.Tests.Clusters;

/// <summary>One kubeconfig in memory.</summary>
internal sealed class FakeClusterStore : IClusterStore
{
    public string? Kubeconfig { get; set; }

    public Task<string?> OpenKubeconfigAsync(Guid id, CancellationToken cancellationToken) => Task.FromResult(Kubeconfig);

    public Task<IReadOnlyList<Cluster>> ListAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<Cluster?> FindAsync(Guid id, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task SaveKubeconfigAsync(Guid id, string kubeconfig, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task SaveHostRecordAsync(Guid id, Guid hostId, ReadOnlyMemory<byte> record, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<byte[]?> OpenHostRecordAsync(Guid id, Guid hostId, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task DropHostRecordAsync(Guid id, Guid hostId, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task GiveUpHostAsync(Guid id, Guid hostId, AuditEntry entry, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task DeleteAsync(Guid id, AuditEntry entry, CancellationToken cancellationToken) => throw new NotSupportedException();
}
