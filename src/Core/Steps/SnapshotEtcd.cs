using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Deployments;
using ClusterPanel.Core.Kubeadm;

namespace ClusterPanel.Core.Steps;

/// <summary>
/// Before anything of a leaving master is touched: may its member go, and is there a snapshot on a master that stays? A refusal then
/// leaves everything as it was.
/// </summary>
public sealed class SnapshotEtcd : IStep
{
    /// <inheritdoc/>
    public string Key => "snapshot-etcd";

    /// <inheritdoc/>
    public string Title => "etcd's quorum, and a snapshot";

    /// <inheritdoc/>
    public IReadOnlyList<PlannedCommand> Commands(PlanInput input, ClusterMember target) =>
    [
        ApiReady.Command(input.Spec.ApiServerPort),
        EtcdLook.Command with { OnControlPlane = true },
        PlannedCommand.Change("snapshot", "Keep a snapshot of etcd on a master that stays", $"{KubeadmText.EtcdFunction}\n{EtcdLook.Snapshot("before-leaving")}") with { OnControlPlane = true, Timeout = EtcdLook.SnapshotTime },
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
        await context.ChangeAsync("snapshot", cancellationToken, master);
    }
}
