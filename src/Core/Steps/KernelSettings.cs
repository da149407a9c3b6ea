using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Deployments;

namespace ClusterPanel.Core.Steps;

/// <summary>Kernel modules and sysctl values Kubernetes needs, now and after every boot.</summary>
/// <remarks>Source: https://kubernetes.io/docs/setup/production-environment/container-runtimes/ (prerequisites).</remarks>
public sealed class KernelSettings : IStep
{
    private static readonly string[] Values =
    [
        "net.ipv4.ip_forward = 1",
        "net.bridge.bridge-nf-call-iptables = 1",
        "net.bridge.bridge-nf-call-ip6tables = 1",
    ];

    /// <inheritdoc/>
    public string Key => "kernel-settings";

    /// <inheritdoc/>
    public string Title => "Kernel modules and settings";

    /// <inheritdoc/>
    public IReadOnlyList<PlannedCommand> Commands(PlanInput input, ClusterMember target)
    {
        string[] modules = ["overlay", "br_netfilter", "nf_conntrack", .. target.LoadBalancer == LoadBalancerKind.Ipvs ? new[] { "ip_vs", "ip_vs_rr" } : []];
        return
        [
            PlannedCommand.Look("settings", "Look whether the settings are in force and will be after a boot", $$"""
                {{string.Join('\n', Values.Select(v => v.Split(" = ")).Select(p => $"[ \"$(cat /proc/sys/{p[0].Replace('.', '/')} 2>/dev/null)\" = {p[1]} ] || {{ echo \"{p[0]} is not {p[1]}\"; exit 0; }}"))}}
                for f in /etc/modules-load.d/clusterpanel.conf /etc/sysctl.d/99-clusterpanel.conf; do
                  [ -s "$f" ] || { echo "$f is missing"; exit 0; }
                done
                echo right
                """),
            PlannedCommand.Change("apply-settings", "Load the modules, set the values, and have both done at every boot", $$"""
                {{HostRecord.KeepFunction}}
                keep /etc/modules-load.d/clusterpanel.conf /etc/sysctl.d/99-clusterpanel.conf
                printf '%s\n' {{string.Join(' ', modules)}} > /etc/modules-load.d/clusterpanel.conf
                for m in {{string.Join(' ', modules)}}; do
                  modprobe "$m" || echo "module $m cannot be loaded; it may be built in" >&2
                done
                cat > /etc/sysctl.d/99-clusterpanel.conf <<'SYSCTL'
                {{string.Join('\n', Values)}}
                SYSCTL
                sysctl -q -p /etc/sysctl.d/99-clusterpanel.conf
                """),
        ];
    }

    /// <inheritdoc/>
    public Task RunAsync(StepContext context, CancellationToken cancellationToken) =>
        LookChangeVerify.RunAsync(context, "settings", "right", "apply-settings", cancellationToken);
}
