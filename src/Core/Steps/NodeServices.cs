using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Deployments;

namespace ClusterPanel.Core.Steps;

/// <summary>A node's container runtime and kubelet run, now and after every boot. A host that has not joined is left alone.</summary>
public sealed class NodeServices : IStep
{
    /// <summary>Text that succeeds on a host that has joined a cluster.</summary>
    internal const string HasJoined = "[ -e /etc/kubernetes/kubelet.conf ]";

    /// <summary>What is to be done about one that has not.</summary>
    internal const string NotJoined = "It has not joined the cluster, or was reset: remove it, and add it again.";

    /// <inheritdoc/>
    public string Key => "node-services";

    /// <inheritdoc/>
    public string Title => "Container runtime and kubelet";

    /// <inheritdoc/>
    public IReadOnlyList<PlannedCommand> Commands(PlanInput input, ClusterMember target) =>
    [
        PlannedCommand.Look("services", "Look whether containerd and kubelet run", $$"""
            {{HasJoined}} || { echo "it has not joined"; exit 0; }
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
            {{HasJoined}} || { echo "{{NotJoined}}" >&2; exit 1; }
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
