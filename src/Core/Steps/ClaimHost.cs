using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Deployments;
using ClusterPanel.Core.Hosts;

namespace ClusterPanel.Core.Steps;

/// <summary>
/// Takes a host for the cluster: the fence writes the owner, and what the panel is going to change is copied aside before the
/// first change. A host that holds somebody else's Kubernetes is refused.
/// </summary>
public sealed class ClaimHost : IStep
{
    /// <inheritdoc/>
    public string Key => "claim-host";

    /// <inheritdoc/>
    public string Title => "Take charge of the hosts";

    /// <inheritdoc/>
    public IReadOnlyList<PlannedCommand> Commands(PlanInput input, ClusterMember target) =>
    [
        PlannedCommand.Look("owned", "Look whether the host is this cluster's already, or holds another Kubernetes", $$"""
            if [ -e {{HostDirectories.Root}}/before/done ]; then echo owned; exit 0; fi
            for f in {{string.Join(' ', HostFactsScript.LeftoverPaths)}}; do
              if [ -e "$f" ]; then echo "leftover $f"; exit 0; fi
            done
            echo free
            """),
        PlannedCommand.Change("claim", "Note on the host which cluster it belongs to, and keep copies of the files that are going to be changed", $$"""
            b={{HostDirectories.Root}}/before
            if [ ! -e "$b/done" ]; then
              rm -rf "$b"
              mkdir -p "$b"
              for f in /etc/hosts /etc/fstab; do if [ -e "$f" ]; then cp -p "$f" "$b/"; fi; done
              cp /proc/swaps "$b/swaps"
              lsmod 2>/dev/null | sed 1d | cut -d ' ' -f 1 > "$b/modules" || :
              for k in net.ipv4.ip_forward net.bridge.bridge-nf-call-iptables net.bridge.bridge-nf-call-ip6tables; do
                p=/proc/sys/$(echo "$k" | tr . /)
                if [ -e "$p" ]; then echo "$k = $(cat "$p")"; fi
              done > "$b/sysctl"
              : > "$b/done"
            fi
            """),
    ];

    /// <inheritdoc/>
    public async Task RunAsync(StepContext context, CancellationToken cancellationToken)
    {
        var state = await context.ReadAsync("owned", cancellationToken);
        if (state.StartsWith("leftover ", StringComparison.Ordinal))
        {
            throw new CommandFailedException(context.Target.HostName, "The host is not free", 1,
                [$"there is {state[9..]} of an earlier Kubernetes. Clean the host (kubeadm reset, then remove that file) and retry"], FailureKind.Configuration);
        }

        // Also when it is ours already: the fence inside raises the token the host has seen.
        await context.ChangeAsync("claim", cancellationToken);
    }
}
