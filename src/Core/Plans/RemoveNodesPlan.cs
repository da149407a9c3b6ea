using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Deployments;
using ClusterPanel.Core.Steps;
using static ClusterPanel.Core.Plans.PlanStages;

namespace ClusterPanel.Core.Plans;

/// <summary>
/// The plan that takes nodes out of a cluster: quorum looked at and a snapshot kept, pods away, masters out of the load balancers' lists, members out of etcd one by one,
/// Nodes deleted, hosts cleaned. Hosts that are switched off are taken out all the same, and listed as not cleaned.
/// </summary>
public static class RemoveNodesPlan
{
    /// <summary>Computes it.</summary>
    /// <param name="input">The cluster as it is to be, with those not cleaned in its list.</param>
    /// <param name="leaving">Who leaves, masters in the order in which their members are removed.</param>
    /// <param name="drain">How their pods are moved away.</param>
    public static Plan Build(PlanInput input, IReadOnlyList<ClusterMember> leaving, DrainOptions drain) => new(
        $"Remove {Names(leaving)} from cluster {input.Spec.Name}",
        [.. Stages(input, leaving, drain)],
        input.Spec);

    internal static IEnumerable<Stage> Stages(PlanInput input, IReadOnlyList<ClusterMember> leaving, DrainOptions drain)
    {
        var masters = leaving.Where(m => m.Role == NodeRole.ControlPlane).ToList();
        var answering = leaving.Where(m => !input.Spec.IsNotCleaned(m.HostId)).ToList();
        return
        [
            .. Together(On(input, masters, new SnapshotEtcd(), OneByOne)),
            .. Together(On(input, answering, new DrainNode(drain), Wide)),
            .. masters.Count == 0 ? [] : Together(Lists(input, [.. input.Spec.Workers], "leave-load-balancer-lists", "Masters out of the load balancers' lists")),
            .. Together(
                On(input, masters, new RemoveEtcdMember(), OneByOne),
                On(input, leaving, new DeleteNode(), Wide),
                On(input, answering, new CleanHost(), Wide),
                // Until it was cleaned, a kubelet that was started again has registered its Node anew.
                On(input, answering, new DeleteNode(), Wide, "nodes-stay-away") is { } again ? again with { Title = "Look that the Nodes stay away" } : null),
        ];
    }
}
