using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Deployments;
using ClusterPanel.Core.Steps;
using static ClusterPanel.Core.Plans.PlanStages;

namespace ClusterPanel.Core.Plans;

/// <summary>The plan that brings nodes back to what the cluster needs of them; steps that find everything right change nothing.</summary>
public static class RepairNodesPlan
{
    /// <summary>Computes it.</summary>
    public static Plan Build(PlanInput input, IReadOnlyList<ClusterMember> nodes) => new(
        $"Repair {Names(nodes)} of cluster {input.Spec.Name}",
        [
            .. Together(
                // First: it refuses a host that never joined, of whose state nothing was recorded.
                On(input, nodes, new NodeServices(), Wide),
                On(input, nodes, new KernelSettings(), Wide),
                On(input, nodes, new ApiServerName(), Wide),
                On(input, [.. nodes.Where(m => m.Role == NodeRole.Worker)], new InstallLoadBalancer(), Wide),
                On(input, nodes, new RegisterNode(), Wide),
                On(input, nodes, new KubeletCertificate(), Wide),
                On(input, nodes, new VerifyNode(), Wide)),
        ],
        input.Spec);

    /// <summary>The plan that sets the load balancers' lists of workers that were away when the masters changed.</summary>
    public static Plan BuildForLists(PlanInput input, IReadOnlyList<ClusterMember> workers) => new(
        $"Set the list of masters on {Names(workers)} of cluster {input.Spec.Name}",
        [Lists(input, workers, "load-balancer", "Lists of workers that are back")!],
        input.Spec);
}
