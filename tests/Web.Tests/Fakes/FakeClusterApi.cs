using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Hosts;

namespace ClusterPanel.Web.Tests.Fakes;

/// <summary>A running cluster, as long as the test says so.</summary>
public sealed class FakeClusterApi(TimeProvider time) : IClusterApi
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

        List<NodeState> nodes =
        [
            .. cluster.Spec.Members.Where(m => !Gone.Contains(m.NodeName)).Select(m => new NodeState(
                m.NodeName, m.Role, !NotReady.Contains(m.NodeName), cluster.Spec.Version.ToString(), m.Address, time.GetUtcNow().AddHours(-3), !Cordoned.Contains(m.NodeName))),
            .. Others.Select(n => n with { Schedulable = !Cordoned.Contains(n.Name) }),
        ];
        return Task.FromResult(new ClusterState(nodes, cluster.Spec.ControlPlane.First().HostName, time.GetUtcNow()));
    }

    /// <summary>Names of members whose Node somebody deleted.</summary>
    public HashSet<string> Gone { get; } = [];

    /// <summary>Names of cordoned nodes.</summary>
    public HashSet<string> Cordoned { get; } = [];

    /// <summary>Nodes beside the members'.</summary>
    public List<NodeState> Others { get; } = [];

    public Task SetSchedulableAsync(Cluster cluster, string node, bool schedulable, CancellationToken cancellationToken)
    {
        _ = schedulable ? Cordoned.Remove(node) : Cordoned.Add(node);
        return Task.CompletedTask;
    }

    public Task<RunningConfiguration> ReadConfigurationAsync(Cluster cluster, CancellationToken cancellationToken) => Task.FromResult(
        new RunningConfiguration(cluster.Spec.Version, cluster.Spec.ControlPlaneEndpoint, cluster.Spec.PodSubnet, cluster.Spec.ServiceSubnet, cluster.Spec.DnsDomain));
}
