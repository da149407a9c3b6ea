using System.Text;
using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Deployments;

namespace ClusterPanel.Core.Steps;

/// <summary>
/// Takes a master's member out of etcd, through a healthy member that stays: only when the quorum allows it, and after a snapshot
/// was kept there. The leaving host itself is not needed.
/// </summary>
public sealed class RemoveEtcdMember : IStep
{
    private const string StopKey = "stop-control-plane";

    /// <inheritdoc/>
    public string Key => "remove-etcd-member";

    /// <inheritdoc/>
    public string Title => "Remove etcd members";

    /// <inheritdoc/>
    public IReadOnlyList<PlannedCommand> Commands(PlanInput input, ClusterMember target) =>
    [
        ApiReady.Command(input.Spec.ApiServerPort),
        EtcdLook.Command with { OnControlPlane = true },
        .. input.Spec.IsNotCleaned(target.HostId) ? Array.Empty<PlannedCommand>() : [Stop(input.Spec.ApiServerPort)],
        EtcdLook.RemoveMember("Keep a snapshot of etcd, then remove the member of this master (only when the quorum allows it)"),
    ];

    /// <inheritdoc/>
    public async Task RunAsync(StepContext context, CancellationToken cancellationToken)
    {
        var master = await context.HealthyControlPlaneAsync(cancellationToken);
        var members = await EtcdLook.ReadAsync(context, master, cancellationToken);
        if (EtcdQuorum.Leaving(members, context.Target, context.Spec.ControlPlane) is not { } own)
        {
            await context.SayAsync("etcd has no member on this master.", cancellationToken);
            return;
        }

        EtcdLook.ThrowIfNotRemovable(context, members, own);
        // Not judged anew: a machine that takes its own place is a member again in the spec that the plan ends with.
        if (context.IsPlanned(StopKey))
        {
            await context.ChangeAsync(StopKey, cancellationToken);
        }

        await context.ChangeAsync(EtcdLook.RemoveKey, cancellationToken, master, Encoding.ASCII.GetBytes(own.Id + "\n"));
        await context.UntilAsync(new Wait("the remaining etcd members to be healthy", TimeSpan.FromMinutes(5), "they choose a new leader"), async token =>
        {
            var left = await EtcdLook.ReadAsync(context, master, token);
            return left.All(m => m.Id != own.Id) && left.Count(m => m.Healthy) >= EtcdQuorum.Majority(left.Count) ? null : EtcdLook.Describe(left);
        }, cancellationToken);
    }

    // Without its member the API server would go on to hold connections on which nothing comes any more. When it stops, it ends them in
    // order, and their clients find another: new connections have gone elsewhere since it left the load balancers' lists.
    private static PlannedCommand Stop(int port) => PlannedCommand.Change(StopKey, "Stop the leaving master's API server, controller manager and scheduler, which ends the connections to it (only when the quorum allows the removal)", $$"""
        mkdir -p {{HostDirectories.PutAside}}
        for part in kube-apiserver kube-controller-manager kube-scheduler; do
          [ ! -e "/etc/kubernetes/manifests/$part.yaml" ] || mv -f "/etc/kubernetes/manifests/$part.yaml" {{HostDirectories.PutAside}}/
        done
        i=0
        while curl -sk -o /dev/null --noproxy '*' --connect-timeout 1 --max-time 2 https://127.0.0.1:{{port}}/livez; do
          i=$((i + 1))
          # kubelet stops them, unless it is dead itself.
          if [ "$i" = 45 ]; then
            for part in kube-apiserver kube-controller-manager kube-scheduler; do
              crictl ps --name "^$part\$" -q 2>/dev/null | while read -r container; do crictl stop --timeout 10 "$container" >/dev/null 2>&1 || :; done
            done
          fi
          [ "$i" -lt 90 ] || { echo "the API server did not stop within 90 s" >&2; exit 1; }
          sleep 1
        done
        """) with { Timeout = TimeSpan.FromMinutes(4) };
}
