using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Deployments;
using ClusterPanel.Core.Steps;

namespace ClusterPanel.Core.Plans;

/// <summary>The plan that makes a cluster.</summary>
public static class CreateClusterPlan
{
    // Widths: commands about fifty at once, transfers five, masters one at a time (etcd takes one new member at a time).
    private const int Wide = 50;
    private const int Transfers = 5;
    private const int OneByOne = 1;

    /// <summary>Every step the plan uses.</summary>
    public static IReadOnlyList<IStep> Steps { get; } =
    [
        new ClaimHost(), new KernelSettings(), new SwapOff(), new ApiServerName(), new SendPackage(), new ContainerRuntime(), new KubernetesBinaries(),
        new ImportImages(), new KubeadmInit(), new PodNetwork(), new JoinControlPlane(), new InstallLoadBalancer(), new JoinWorker(), new Kubectl(),
        new VerifyNode(), new VerifyCluster(),
    ];

    /// <summary>Computes it.</summary>
    public static Plan Build(PlanInput input)
    {
        var all = input.Spec.Members;
        var masters = input.Spec.ControlPlane.ToList();
        var workers = input.Spec.Workers.ToList();
        return new Plan($"Create cluster {input.Spec.Name}",
        [
            .. Together(On(all, new ClaimHost(), Wide)),
            .. Together(
                On(all, new KernelSettings(), Wide),
                On(all, new SwapOff(), Wide),
                On(all, new ApiServerName(), Wide),
                On(all, new SendPackage(), Transfers),
                On(all, new ContainerRuntime(), Wide),
                On(all, new KubernetesBinaries(), Wide),
                On(all, new ImportImages(), Wide)),
            .. Together(
                On(masters[..1], new KubeadmInit(), OneByOne),
                On(masters[..1], new PodNetwork(), OneByOne)),
            .. Together(
                On(masters[1..], new JoinControlPlane(), OneByOne),
                On(workers, new InstallLoadBalancer(), Wide),
                On(workers, new JoinWorker(), Wide),
                On(masters, new Kubectl(), Wide),
                On(all, new VerifyNode(), Wide)),
            .. Together(On(masters[..1], new VerifyCluster(), OneByOne)),
        ]);

        // Stages that a host goes through without waiting for the other hosts.
        static IEnumerable<Stage> Together(params Stage?[] stages) =>
            stages.OfType<Stage>().Select((stage, index) => stage with { WithPrevious = index > 0 });

        Stage? On(IReadOnlyList<ClusterMember> members, IStep step, int width) => members.Count == 0
            ? null
            : new Stage(step.Key, step.Key, step.Title, width, [.. members.Select(m => new StageHost(m, step.Commands(input, m)))]);
    }
}
