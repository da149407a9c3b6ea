using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Deployments;
using ClusterPanel.Core.Kubeadm;

namespace ClusterPanel.Core.Steps;

/// <summary>
/// Deletes a Node, and what kubeadm up to 1.21 remembers of it as a master (the entry in <c>ClusterStatus</c>). Its mirror pods and
/// its Lease go with it, by the cluster's own garbage collection.
/// </summary>
public sealed class DeleteNode : IStep
{
    /// <inheritdoc/>
    public string Key => "delete-node";

    /// <inheritdoc/>
    public string Title => "Delete nodes";

    /// <inheritdoc/>
    public IReadOnlyList<PlannedCommand> Commands(PlanInput input, ClusterMember target) =>
    [
        ApiReady.Command(input.Spec.ApiServerPort),
        .. NodeTwin.Look(input, target),
        PlannedCommand.Change("delete", $"Delete the Node {target.NodeName}", $"{KubeadmText.Kubectl} delete node {target.NodeName} --ignore-not-found") with { OnControlPlane = true },
        .. target.Role == NodeRole.ControlPlane && !input.Spec.Version.IsAtLeast(1, 22) ? new[] { ForgetEndpoint(target) } : [],
        PlannedCommand.Look("node", "Look whether the Node is gone", $"{KubeadmText.Kubectl} get node {target.NodeName} -o name --ignore-not-found") with { OnControlPlane = true },
    ];

    /// <inheritdoc/>
    public async Task RunAsync(StepContext context, CancellationToken cancellationToken)
    {
        var master = await context.HealthyControlPlaneAsync(cancellationToken);
        if (await NodeTwin.OwnsAsync(context, master, cancellationToken))
        {
            return;
        }

        await context.ChangeAsync("delete", cancellationToken, master);
        if (context.IsPlanned("forget-endpoint"))
        {
            await context.ChangeAsync("forget-endpoint", cancellationToken, master);
        }

        await context.UntilAsync(new Wait("the Node to be gone", TimeSpan.FromMinutes(1), "its kubelet still runs and has registered it again"), async token =>
            await context.ReadAsync("node", token, master) is { Length: > 0 } there ? $"{there} is there" : null, cancellationToken);
    }

    // kubeadm join asks every API server named here for etcd's members, and would wait for a dead one.
    private static PlannedCommand ForgetEndpoint(ClusterMember target) => PlannedCommand.Change("forget-endpoint", $"Remove {target.NodeName} from kubeadm's ClusterStatus", $$$"""
        status=$({{{KubeadmText.Kubectl}}} -n kube-system get configmap kubeadm-config -o 'jsonpath={.data.ClusterStatus}')
        case "$status" in *"  {{{target.NodeName}}}:"*) ;; *) exit 0 ;; esac
        # A block of two-space keys, each with its own lines below; as a JSON string for the patch.
        patch=$(echo "$status" | awk -v node='  {{{target.NodeName}}}:' '
          /^  [^ ]/ { skip = ($0 == node) }
          /^[^ ]/ { skip = 0 }
          !skip { gsub(/["\\]/, "\\\\&"); printf "%s\\n", $0 }')
        {{{KubeadmText.Kubectl}}} -n kube-system patch configmap kubeadm-config --type merge -p "{\"data\":{\"ClusterStatus\":\"$patch\"}}"
        """) with
    { OnControlPlane = true };
}
