using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Deployments;
using ClusterPanel.Core.Steps;
using static ClusterPanel.Core.Plans.PlanStages;

namespace ClusterPanel.Core.Plans;

/// <summary>
/// The plan that adds masters and workers to a cluster. Only they are touched, and, for a new master, the load balancers' lists of
/// the workers there are; a worker that does not answer then is a warning.
/// </summary>
public static class AddNodesPlan
{
    /// <summary>Computes it.</summary>
    /// <param name="input">The cluster as it is to be.</param>
    /// <param name="members">The members there are.</param>
    public static Plan Build(PlanInput input, IReadOnlyList<ClusterMember> members) =>
        new($"Add {Names(Added(input, members))} to cluster {input.Spec.Name}", [.. Stages(input, members)], input.Spec);

    internal static IEnumerable<Stage> Stages(PlanInput input, IReadOnlyList<ClusterMember> members)
    {
        var added = Added(input, members);
        var masters = added.Where(m => m.Role == NodeRole.ControlPlane).ToList();
        var workers = added.Where(m => m.Role == NodeRole.Worker).ToList();
        var others = masters.Count == 0 ? [] : members.Where(m => m.Role == NodeRole.Worker).ToList();
        return
        [
            .. Prepare(input, added),
            .. Together(
                On(input, masters, new JoinControlPlane(), OneByOne),
                On(input, masters, new Kubectl(), Wide),
                On(input, masters, new KubeletCertificate(), Wide, "kubelet-certificates-of-masters"),
                On(input, masters, new VerifyNode(), Wide, "verify-masters")),
            .. Together(Lists(input, others, "enter-load-balancer-lists", "Masters into the load balancers' lists")),
            .. Together(
                On(input, workers, new InstallLoadBalancer(), Wide),
                On(input, workers, new JoinWorker(), Wide),
                On(input, workers, new KubeletCertificate(), Wide),
                On(input, workers, new VerifyNode(), Wide)),
        ];
    }

    private static List<ClusterMember> Added(PlanInput input, IReadOnlyList<ClusterMember> members) =>
        [.. input.Spec.Members.Where(m => members.All(o => o.HostId != m.HostId))];
}
