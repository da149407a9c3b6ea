using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Deployments;
using ClusterPanel.Core.Steps;
using static ClusterPanel.Core.Plans.PlanStages;

namespace ClusterPanel.Core.Plans;

/// <summary>The plan that cleans hosts: all of a cluster's, or those that left it without being cleaned.</summary>
public static class ResetClusterPlan
{
    /// <summary>Every host of the cluster but those left out. Afterwards there is no cluster.</summary>
    public static Plan Build(Cluster cluster, IReadOnlyCollection<Guid> leaveOut)
    {
        var all = cluster.Spec.Members.Concat(cluster.Spec.NotCleaned).ToList();
        var spec = cluster.Spec with { Members = [], NotCleaned = [.. all.Where(m => leaveOut.Contains(m.HostId))] };
        return Build($"Reset cluster {cluster.Name}", cluster, spec, [.. all.Where(m => !leaveOut.Contains(m.HostId))]);
    }

    /// <summary>Hosts that left the cluster without being cleaned.</summary>
    public static Plan BuildForLeft(Cluster cluster, IReadOnlyCollection<Guid> hosts) => Build(
        $"Clean hosts that left cluster {cluster.Name}",
        cluster,
        cluster.Spec with { NotCleaned = [.. cluster.Spec.NotCleaned.Where(m => !hosts.Contains(m.HostId))] },
        [.. cluster.Spec.NotCleaned.Where(m => hosts.Contains(m.HostId))]);

    private static Plan Build(string title, Cluster cluster, ClusterSpec spec, IReadOnlyList<ClusterMember> hosts) => new(
        title, [.. Stages(new PlanInput(cluster.Id, spec, null), hosts)], spec);

    // While there is a cluster, a host that was switched on again may have registered its Node anew. One whose name another machine has
    // taken over meanwhile has none: the Node is that machine's.
    private static IEnumerable<Stage> Stages(PlanInput input, IReadOnlyList<ClusterMember> hosts) => Together(
        On(input, hosts, new CleanHost(), Wide),
        input.Spec.ControlPlane.Any() ? On(input, [.. hosts.Where(h => input.Spec.Members.All(m => m.NodeName != h.NodeName))], new DeleteNode(), Wide) : null);
}
