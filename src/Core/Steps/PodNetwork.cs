using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Deployments;
using ClusterPanel.Core.Hosts;
using ClusterPanel.Core.Kubeadm;

namespace ClusterPanel.Core.Steps;

/// <summary>Applies the package's CNI manifest. The network's pods start on each node as it joins.</summary>
public sealed class PodNetwork : IStep
{
    /// <inheritdoc/>
    public string Key => "pod-network";

    /// <inheritdoc/>
    public string Title => "Pod network";

    /// <inheritdoc/>
    public IReadOnlyList<PlannedCommand> Commands(PlanInput input, ClusterMember target)
    {
        var manifest = ShellText.Quote($"{HostDirectories.Unpacked(input.Package)}/{input.Spec.CniManifest}");
        return
        [
            ApiReady.Command(input.Spec.ApiServerPort, onControlPlane: false),
            PlannedCommand.Change("apply", $"kubectl apply the package's {input.Spec.CniManifest}", $"{KubeadmText.Kubectl} apply -f {manifest}"),
            PlannedCommand.Look("applied", "Look whether everything in the manifest exists", $"{KubeadmText.Kubectl} get -f {manifest} >/dev/null && echo applied"),
        ];
    }

    /// <inheritdoc/>
    public async Task RunAsync(StepContext context, CancellationToken cancellationToken)
    {
        await context.UntilAsync(ApiReady.ForOwn, ApiReady.Key, cancellationToken);

        // apply is kubectl's own look-and-change; saying nothing changed is its "unchanged".
        await context.ChangeAsync("apply", cancellationToken);
        await context.ReadAsync("applied", cancellationToken);
    }
}
