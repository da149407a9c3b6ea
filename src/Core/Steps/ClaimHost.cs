using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Deployments;
using ClusterPanel.Core.Hosts;

namespace ClusterPanel.Core.Steps;

/// <summary>
/// Takes a host for the cluster: the fence writes the owner, and what the panel is going to change is copied aside before the
/// first change. A host that holds somebody else's Kubernetes is refused, and so is one that another panel or cluster has marked as
/// its own, until an administrator takes it over.
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
        PlannedCommand.Look("owner", "Look which panel and cluster the host belongs to", $"cut -d ' ' -f 1,2 {HostDirectories.Root}/lease 2>/dev/null || :"),
        PlannedCommand.Look("leftover", "Look whether the host holds a Kubernetes", $$"""
            for f in {{string.Join(' ', HostFactsScript.LeftoverPaths)}}; do
              if [ -e "$f" ]; then echo "$f"; exit 0; fi
            done
            """),
        PlannedCommand.Change("take-over", "Take the host over from another panel or cluster (only when an administrator asked for it)", ":"),
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
        var owner = await context.ReadAsync("owner", cancellationToken);
        var foreign = owner.Length > 0 && !context.IsOurs(owner);
        var leftover = owner.Length > 0 && !foreign ? "" : await context.ReadAsync("leftover", cancellationToken);
        if (leftover.Length > 0)
        {
            throw new CommandFailedException(context.Target.HostName, "The host is not free", 1,
                [$"there is {leftover} of {(foreign ? "another panel's cluster" : "an earlier Kubernetes")}. Clean the host (kubeadm reset, then remove that file) and retry"], FailureKind.Configuration);
        }

        if (foreign)
        {
            var user = context.TakenOverBy ?? throw new CommandFailedException(context.Target.HostName, "The host is not free", Fence.Foreign,
                [$"it belongs to cluster {owner.Split(' ')[^1]} of panel {owner.Split(' ')[0]}. Remove it there, or let an administrator take it over"], FailureKind.Foreign);
            await context.SayAsync($"Taken over by {user} from cluster {owner.Split(' ')[^1]} of panel {owner.Split(' ')[0]}.", cancellationToken);
            await context.TakeOverAsync("take-over", cancellationToken);
        }

        // Also when it is ours already: the fence inside raises the token the host has seen.
        await context.ChangeAsync("claim", cancellationToken);
    }
}
