using System.Globalization;
using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Deployments;
using ClusterPanel.Core.Hosts;
using ClusterPanel.Core.Kubeadm;

namespace ClusterPanel.Core.Steps;

/// <summary>
/// Cordons a node and moves its pods away with the cluster's own kubectl drain, on a healthy master: PodDisruptionBudgets are respected
/// until the operator chooses otherwise.
/// </summary>
/// <param name="options">How; null only where the step is looked up by its key.</param>
public sealed class DrainNode(DrainOptions? options = null) : IStep
{
    private readonly DrainOptions _options = options ?? new DrainOptions();

    /// <inheritdoc/>
    public string Key => "drain-node";

    /// <inheritdoc/>
    public string Title => "Drain nodes";

    /// <inheritdoc/>
    public IReadOnlyList<PlannedCommand> Commands(PlanInput input, ClusterMember target) =>
    [
        ApiReady.Command(input.Spec.ApiServerPort),
        .. NodeTwin.Look(input, target),
        PlannedCommand.Look("node", "Look whether the node is there", $"{KubeadmText.Kubectl} get node {target.NodeName} -o name --ignore-not-found") with { OnControlPlane = true },
        PlannedCommand.Change("cordon", $"Cordon {target.NodeName}: no new pods", $"{KubeadmText.Kubectl} cordon {target.NodeName}") with { OnControlPlane = true },
        // In short turns, because the master's lock is held meanwhile. A kubelet that is dead ends no pod: by force, a pod whose time is
        // over is not waited for.
        PlannedCommand.Change("drain", _options.Force
            ? $"Delete the pods of {target.NodeName}, against their PodDisruptionBudgets"
            : string.Create(CultureInfo.InvariantCulture, $"Evict the pods of {target.NodeName}; their PodDisruptionBudgets are waited for, {_options.Minutes} minutes at most"), $$"""
            {{KubeadmText.Kubectl}} drain {{target.NodeName}} --ignore-daemonsets --delete-emptydir-data --timeout=20s{{(_options.Force ? " --force --disable-eviction --skip-wait-for-delete-timeout=1" : "")}}
            """) with { OnControlPlane = true, Timeout = TimeSpan.FromMinutes(_options.Minutes) },
        .. _options.Force ? [] : new[] { Budgets },
    ];

    // kubectl names the pods that may not be evicted, not the budgets that hold them.
    private static PlannedCommand Budgets { get; } = PlannedCommand.Look("budgets", "Read which PodDisruptionBudgets allow no eviction now", $$"""
        {{KubeadmText.Kubectl}} get poddisruptionbudgets --all-namespaces -o 'jsonpath={range .items[*]}{.metadata.namespace}{"/"}{.metadata.name}{" "}{.status.disruptionsAllowed}{" "}{.status.currentHealthy}{" "}{.status.desiredHealthy}{"\n"}{end}'
        """) with { OnControlPlane = true };

    /// <inheritdoc/>
    public async Task RunAsync(StepContext context, CancellationToken cancellationToken)
    {
        var master = await context.HealthyControlPlaneAsync(cancellationToken);
        if (await NodeTwin.OwnsAsync(context, master, cancellationToken))
        {
            return;
        }

        if ((await context.ReadAsync("node", cancellationToken, master)).Length == 0)
        {
            await context.SayAsync("There is no such node any more.", cancellationToken);
            return;
        }

        await context.ChangeAsync("cordon", cancellationToken, master);
        var wait = new Wait($"the pods of {context.Target.NodeName} to be gone", context.TimeLimit("drain"), "a PodDisruptionBudget allows no further eviction now, or a pod takes long to end");
        await context.UntilAsync(wait, async token =>
        {
            try
            {
                await context.ChangeAsync("drain", token, master);
                return null;
            }
            catch (CommandFailedException e) when (e.ExitCode == 1)
            {
                return string.Join(" ", [await BudgetsAsync(context, master, token), .. e.LastLines.TakeLast(2)]).Trim();
            }
        }, cancellationToken);
    }

    private static async Task<string> BudgetsAsync(StepContext context, ClusterMember master, CancellationToken cancellationToken)
    {
        // Only an explanation: without it the wait goes on all the same.
        var held = context.IsPlanned("budgets")
            ? (await context.LookAsync("budgets", cancellationToken, master)).Output.Split('\n').Select(l => l.Split(' ')).Where(w => w is [_, "0", _, _]).ToList()
            : [];
        return string.Join(" ", held.Select(w => $"PodDisruptionBudget {w[0]} allows no eviction now: {w[2]} of its pods are healthy, {w[3]} must be."));
    }
}
