using ClusterPanel.Core.Clusters;

namespace ClusterPanel.Core.Tests.Fakes;

/// <summary>Clusters in memory.</summary>
internal sealed class FakeClusterStore : IClusterStore
{
    public List<Cluster> Clusters { get; } = [];

    public Dictionary<Guid, string> Kubeconfigs { get; } = [];

    public List<Guid> MadeReady { get; } = [];

    public Task<IReadOnlyList<Cluster>> ListAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<Cluster>>(Clusters);

    public Task<Cluster?> FindAsync(Guid id, CancellationToken cancellationToken) => Task.FromResult(Clusters.FirstOrDefault(c => c.Id == id));

    public Task<string?> OpenKubeconfigAsync(Guid id, CancellationToken cancellationToken) => Task.FromResult(Kubeconfigs.GetValueOrDefault(id));

    public Task SaveKubeconfigAsync(Guid id, string kubeconfig, CancellationToken cancellationToken)
    {
        Kubeconfigs[id] = kubeconfig;
        return Task.CompletedTask;
    }

    public Task SetReadyAsync(Guid id, CancellationToken cancellationToken)
    {
        MadeReady.Add(id);
        return Task.CompletedTask;
    }

    public Task DeleteAsync(Guid id, CancellationToken cancellationToken)
    {
        Clusters.RemoveAll(c => c.Id == id);
        return Task.CompletedTask;
    }
}
