using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Deployments;

namespace ClusterPanel.Core.Steps;

/// <summary>A node's container runtime and kubelet run, now and after every boot.</summary>
public sealed class NodeServices : IStep
{
    /// <inheritdoc/>
    public string Key => "node-services";

    /// <inheritdoc/>
    public string Title => "Container runtime and kubelet";

    /// <inheritdoc/>
    public IReadOnlyList<PlannedCommand> Commands(PlanInput input, ClusterMember target) =>
    [
        PlannedCommand.Look("services", "Look whether containerd and kubelet run", $$"""
            for unit in containerd.service kubelet.service; do
              systemctl is-active -q "$unit" || { echo "$unit is $(systemctl is-active "$unit")"; exit 0; }
              systemctl is-enabled -q "$unit" || { echo "$unit is $(systemctl is-enabled "$unit" 2>/dev/null)"; exit 0; }
            done
            for manifest in {{HostDirectories.PutAside}}/*.yaml; do
              [ ! -e "$manifest" ] || { echo "${manifest##*/} was put aside for a removal"; exit 0; }
            done
            echo right
            """),
        PlannedCommand.Change("start-services", "Start what does not run, and have it started at every boot", $$"""
            for unit in containerd.service kubelet.service; do
              systemctl enable -q "$unit"
              systemctl is-active -q "$unit" || { systemctl reset-failed "$unit" 2>/dev/null || :; systemctl restart "$unit"; }
            done
            for manifest in {{HostDirectories.PutAside}}/*.yaml; do
              [ ! -e "$manifest" ] || mv -f "$manifest" /etc/kubernetes/manifests/
            done
            """) with { Timeout = TimeSpan.FromMinutes(3) },
    ];

    /// <inheritdoc/>
    public Task RunAsync(StepContext context, CancellationToken cancellationToken) =>
        LookChangeVerify.RunAsync(context, "services", "right", "start-services", cancellationToken);
}
