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

    public Task SetReadyAsync(Guid id, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task DeleteAsync(Guid id, CancellationToken cancellationToken) => throw new NotSupportedException();
}
