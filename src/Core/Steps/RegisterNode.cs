using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Deployments;
using ClusterPanel.Core.Kubeadm;

namespace ClusterPanel.Core.Steps;

/// <summary>
/// A member whose Node somebody deleted registers it again: kubelet does so only when it starts. What kubeadm marks a master's Node
/// with is set again as well.
/// </summary>
/// <remarks>Marks: kubeadm's phase mark-control-plane (https://kubernetes.io/docs/reference/setup-tools/kubeadm/implementation-details/).</remarks>
public sealed class RegisterNode : IStep
{
    /// <inheritdoc/>
    public string Key => "register-node";

    /// <inheritdoc/>
    public string Title => "Registration of nodes";

    /// <inheritdoc/>
    public IReadOnlyList<PlannedCommand> Commands(PlanInput input, ClusterMember target) =>
    [
        ApiReady.Command(input.Spec.ApiServerPort),
        PlannedCommand.Look("node", "Look whether the Node is there", $"{KubeadmText.Kubectl} get node {target.NodeName} -o name --ignore-not-found") with { OnControlPlane = true },
        PlannedCommand.Change("restart-kubelet", "Restart kubelet, which registers its Node (only when it is gone)", "systemctl restart kubelet"),
        .. target.Role == NodeRole.ControlPlane ? new[] { Mark(input.Spec.Version, target) } : [],
    ];

    /// <inheritdoc/>
    public async Task RunAsync(StepContext context, CancellationToken cancellationToken)
    {
        var master = await context.HealthyControlPlaneAsync(cancellationToken);
        if (await context.ReadAsync("node", cancellationToken, master) is { Length: > 0 } there)
        {
            await context.SayAsync($"{there} is registered.", cancellationToken);
            return;
        }

        await context.ChangeAsync("restart-kubelet", cancellationToken);
        await context.UntilAsync(new Wait("the Node to be registered", TimeSpan.FromMinutes(1), "kubelet does not start, or the API server refuses its certificate: see its journal"), async token =>
            await context.ReadAsync("node", token, master) is { Length: > 0 } ? null : "it is not there", cancellationToken);
        if (context.IsPlanned("mark"))
        {
            await context.ChangeAsync("mark", cancellationToken, master);
        }
    }

    // The label and the taint were renamed: both labels from 1.20 to 1.23, both taints in 1.24.
    private static PlannedCommand Mark(KubernetesVersion version, ClusterMember target)
    {
        List<string> labels = [], taints = [];
        if (!version.IsAtLeast(1, 24))
        {
            labels.Add("node-role.kubernetes.io/master=");
        }

        if (version.IsAtLeast(1, 20))
        {
            labels.Add("node-role.kubernetes.io/control-plane=");
        }

        if (!version.IsAtLeast(1, 25))
        {
            taints.Add("node-role.kubernetes.io/master=:NoSchedule");
        }

        if (version.IsAtLeast(1, 24))
        {
            taints.Add("node-role.kubernetes.io/control-plane=:NoSchedule");
        }

        return PlannedCommand.Change("mark", $"Mark {target.NodeName} as a master: labels and taint", $"""
            {KubeadmText.Kubectl} label --overwrite node {target.NodeName} {string.Join(' ', labels)}
            {KubeadmText.Kubectl} taint --overwrite node {target.NodeName} {string.Join(' ', taints)}
            """) with
        { OnControlPlane = true };
    }
}
