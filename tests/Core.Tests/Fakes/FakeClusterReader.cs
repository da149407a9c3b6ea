using ClusterPanel.Core.Clusters;

namespace ClusterPanel.Core.Tests.Fakes;

/// <summary>A cluster without nodes.</summary>
internal sealed class FakeClusterReader : IClusterReader
{
    public Task<ClusterState> ReadAsync(Cluster cluster, CancellationToken cancellationToken) => Task.FromResult(new ClusterState([], "h1", Samples.Now));
}
