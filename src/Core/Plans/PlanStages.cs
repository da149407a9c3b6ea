using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Deployments;
using ClusterPanel.Core.Steps;

namespace ClusterPanel.Core.Plans;

/// <summary>What all plans are put together from.</summary>
internal static class PlanStages
{
    /// <summary>Commands: about fifty hosts at once.</summary>
    public const int Wide = 50;

    /// <summary>Transfers: five at once.</summary>
    public const int Transfers = 5;

    /// <summary>Masters one at a time, because etcd takes one new member at a time.</summary>
    public const int OneByOne = 1;

    /// <summary>Stages that a host goes through without waiting for the other hosts.</summary>
    public static IEnumerable<Stage> Together(params Stage?[] stages) =>
        stages.OfType<Stage>().Select((stage, index) => stage with { WithPrevious = index > 0 });

    /// <summary>A step on hosts, or null when there are none.</summary>
    /// <param name="input">What the plan is computed from.</param>
    /// <param name="members">The hosts.</param>
    /// <param name="step">The step.</param>
    /// <param name="width">How many at once.</param>
    /// <param name="key">Key of the stage when the step has several in the plan.</param>
    public static Stage? On(PlanInput input, IReadOnlyList<ClusterMember> members, IStep step, int width, string? key = null) => members.Count == 0
        ? null
        : new Stage(key ?? step.Key, step.Key, step.Title, width, [.. members.Select(m => new StageHost(m, step.Commands(input, m)))]);

    /// <summary>What hosts need before they can join.</summary>
    public static IEnumerable<Stage> Prepare(PlanInput input, IReadOnlyList<ClusterMember> hosts) =>
    [
        .. Together(On(input, hosts, new ClaimHost(), Wide)),
        .. Together(
            On(input, hosts, new KernelSettings(), Wide),
            On(input, hosts, new SwapOff(), Wide),
            On(input, hosts, new ApiServerName(), Wide),
            On(input, hosts, new SendPackage(), Transfers),
            On(input, hosts, new ContainerRuntime(), Wide),
            On(input, hosts, new KubernetesBinaries(), Wide),
            On(input, hosts, new ImportImages(), Wide)),
    ];

    /// <summary>The load balancers' lists of workers that stay: one that does not answer is a warning, and is repaired when it is back.</summary>
    public static Stage? Lists(PlanInput input, IReadOnlyList<ClusterMember> workers, string key, string title) =>
        On(input, workers, new InstallLoadBalancer(), Wide, key) is { } stage ? stage with { Title = title, Optional = true } : null;

    /// <summary>"master h1 and workers h4, h5".</summary>
    public static string Names(IReadOnlyList<ClusterMember> members) => string.Join(" and ", members.GroupBy(m => m.Role).OrderBy(g => g.Key).Select(g =>
        $"{(g.Key == NodeRole.ControlPlane ? "master" : "worker")}{(g.Count() > 1 ? "s" : "")} {string.Join(", ", g.Select(m => m.HostName))}"));
}
