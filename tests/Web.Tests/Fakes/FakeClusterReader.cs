using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Hosts;

namespace ClusterPanel.Web.Tests.Fakes;

/// <summary>A running cluster, as long as the test says so.</summary>
public sealed class FakeClusterReader(TimeProvider time) : IClusterReader
{
    public bool Unreachable { get; set; }

    /// <summary>Names of nodes that are not ready.</summary>
    public HashSet<string> NotReady { get; } = [];

    public Task<ClusterState> ReadAsync(Cluster cluster, CancellationToken cancellationToken)
    {
        if (Unreachable)
        {
            throw new HostUnreachableException("master1", "No master answered: master1, master2 and master3 refuse the connection.");
        }

        var nodes = cluster.Spec.Members.Select(m => new NodeState(
            m.NodeName, m.Role, !NotReady.Contains(m.NodeName), cluster.Spec.Version.ToString(), m.Address, time.GetUtcNow().AddHours(-3), true)).ToList();
        return Task.FromResult(new ClusterState(nodes, cluster.Spec.ControlPlane.First().HostName, time.GetUtcNow()));
    }
}
