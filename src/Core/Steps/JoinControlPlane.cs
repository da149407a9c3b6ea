using System.Text;
using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Deployments;
using ClusterPanel.Core.Hosts;
using ClusterPanel.Core.Kubeadm;

namespace ClusterPanel.Core.Steps;

/// <summary>
/// Joins a further master. While it joins, the API's name points at another, healthy master; afterwards at itself, and what
/// copied the old line when it started is restarted. A half-done join is recognised and undone: its etcd member through a
/// healthy member under the quorum gate, its Node, its files.
/// </summary>
public sealed class JoinControlPlane : IStep
{
    // etcd's static pod asked for ephemeral storage, and was refused by a kubelet that had just started, until kubeadm 1.2x
    // dropped the request; learners (default from 1.29) take the danger out of an unstarted member.
    private static bool PhasesApart(KubernetesVersion version) => !version.IsAtLeast(1, 29);

    /// <inheritdoc/>
    public string Key => "join-control-plane";

    /// <inheritdoc/>
    public string Title => "Join masters";

    /// <inheritdoc/>
    public IReadOnlyList<PlannedCommand> Commands(PlanInput input, ClusterMember target) =>
    [
        PlannedCommand.Look("state", "Look how far this host is as a master", $$"""
            {{KubeadmText.Programs}}
            if [ ! -e /etc/kubernetes/kubelet.conf ] && [ ! -e /etc/kubernetes/bootstrap-kubelet.conf ] && [ ! -e /etc/kubernetes/admin.conf ] \
              && [ -z "$(ls -A /etc/kubernetes/manifests 2>/dev/null)" ] && [ ! -e /var/lib/etcd/member ]; then echo absent; exit 0; fi
            [ -e {{HostDirectories.Root}}/kubeadm/joined ] && [ -e /etc/kubernetes/manifests/etcd.yaml ] && [ -e /etc/kubernetes/kubelet.conf ] && { echo joined; exit 0; }
            echo partial
            """),
        .. JoinCommands.OnControlPlane(input.Spec),
        PlannedCommand.Look("pki", "Read the CA and service-account keys, to be copied to the joining master", $$"""
            tar -C /etc/kubernetes/pki -cf - {{string.Join(' ', JoinMaterial.PkiFiles)}}
            """) with { OnControlPlane = true },
        EtcdLook.Command with { OnControlPlane = true },
        PlannedCommand.Change("snapshot", "Keep a snapshot of etcd", $"{KubeadmText.EtcdFunction}\n{EtcdLook.Snapshot("before-join")}") with { OnControlPlane = true, Timeout = EtcdLook.SnapshotTime },
        EtcdLook.RemoveMember("Keep a snapshot of etcd, then remove the half-joined member (only when one is found, and only when the quorum allows it)"),
        PlannedCommand.Look("begins-anew", "Look whether etcd was left while it began anew", """
            if grep -q force-new-cluster /etc/kubernetes/manifests/etcd.yaml 2>/dev/null; then echo yes; else echo no; fi
            """) with { OnControlPlane = true },
        PlannedCommand.Change("begin-anew", "Keep a snapshot of etcd, then let it begin anew as the only member (only when a member that was announced and never started has taken away its quorum)", $$"""
            {{KubeadmText.EtcdFunction}}
            manifest=/etc/kubernetes/manifests/etcd.yaml
            kept={{HostDirectories.Root}}/kubeadm/etcd.yaml
            new=/etc/kubernetes/etcd.clusterpanel
            mkdir -p {{HostDirectories.Root}}/snapshots {{HostDirectories.Root}}/kubeadm
            chmod 700 {{HostDirectories.Root}}/snapshots
            umask 077
            # Without a quorum kubelet restarts etcd every minute or two, so ask until it is there.
            until_true() {
              i=0
              until "$@" >/dev/null 2>&1; do
                i=$((i + 1))
                [ "$i" -lt 90 ] || { echo "not within 90 s: $*" >&2; exit 1; }
                sleep 1
              done
            }
            alone() { [ "$(etcd member list | wc -l)" = 1 ] && etcd endpoint health; }
            if ! grep -q force-new-cluster "$manifest"; then
              save() { (limit={{EtcdLook.SnapshotMinutes}}m; etcd snapshot save /var/lib/etcd/clusterpanel.db); }
              until_true save
              mv -f /var/lib/etcd/clusterpanel.db {{HostDirectories.Root}}/snapshots/before-beginning-anew.db
              cp -p "$manifest" "$kept"
              sed 's/^\( *- \)etcd$/&\n\1--force-new-cluster/' "$kept" > "$new"
              grep -q force-new-cluster "$new"
              mv -f "$new" "$manifest"
            fi
            until_true alone
            # The flag must go again: with it, etcd would forget its members at every start.
            cp -p "$kept" "$new"
            mv -f "$new" "$manifest"
            without_flag() { ! pgrep -f '[-]-force-new-cluster' && alone; }
            until_true without_flag
            """) with { OnControlPlane = true, Timeout = TimeSpan.FromMinutes(15) },
        PlannedCommand.Change("remove-node", "Remove the half-joined Node (only when one is found)", $$"""
            {{KubeadmText.Kubectl}} delete node {{target.NodeName}} --ignore-not-found
            """) with { OnControlPlane = true },
        PlannedCommand.Detached("undo", "Undo a half-done join on the host (only when one is found)", $"rm -f {HostDirectories.Root}/kubeadm/joined\n{KubeadmText.Reset(input.Spec.Version)}", 10),
        PlannedCommand.Change("point-elsewhere", $"Let {input.Spec.ApiServerName} be a healthy master while this one joins", $$"""
            read -r address
            case "$address" in *[!0-9.]*|"") echo "no address was given" >&2; exit 1 ;; esac
            {{HostsFile.Write(ApiServerName.Lines(input.Spec, target, "$address"))}}
            """) with { Input = "the healthy master's address" },
        .. MasterFiles.AreMadeByThePanel(input.Spec.Version)
            ? [MasterFiles.Sans, MasterFiles.Write("Write the CA and service-account keys, and certificates and kubeconfigs made by the panel with them, to an empty /etc/kubernetes/pki; kubeadm keeps them")]
            : new[] { MasterFiles.Write("Write the CA and service-account keys to an empty /etc/kubernetes/pki, readable by root only") },
        PlannedCommand.Detached("join", "kubeadm join as a master", JoinText(input.Spec, target), 15) with { Input = "a join token and the CA's hash" },
        PlannedCommand.Change("point-here", $"Let {input.Spec.ApiServerName} be this master's own API server, and restart kubelet, which remembers the old address", $$"""
            {{HostsFile.Write(ApiServerName.FinalLines(input.Spec, target))}}
            systemctl restart kubelet
            """),
        PlannedCommand.Change("final-line", $"Let {input.Spec.ApiServerName} be this master's own address again (only when the join is stopped)", HostsFile.Write(ApiServerName.FinalLines(input.Spec, target))),
        PlannedCommand.Change("restart-kube-proxy", "Give pods that copied the old hosts file the new line, and restart this node's kube-proxy, which remembers the address it began with", $$"""
            {{HostsFile.InPods(target.Address, input.Spec.ApiServerName)}}
            {{KubeadmText.Kubectl}} -n kube-system delete pod -l k8s-app=kube-proxy --field-selector spec.nodeName={{target.NodeName}} --wait=false
            """),
        OtherMasters.Command(input.Spec, target),
    ];

    /// <inheritdoc/>
    public async Task RunAsync(StepContext context, CancellationToken cancellationToken)
    {
        await JoinCommands.TwiceAsync(context, token => JoinAsync(context, token), cancellationToken);
        await OwnApiReadyAsync(context, cancellationToken);
        await context.ChangeAsync("point-here", cancellationToken);
        await OwnApiReadyAsync(context, cancellationToken);
        await LetGoOfOthersAsync(context, cancellationToken);
        await EtcdLook.HealthyAsync(context, cancellationToken);
    }

    /// <inheritdoc/>
    public Task AfterStopAsync(StepContext context, CancellationToken cancellationToken) => context.ChangeAsync("final-line", cancellationToken);

    private static async Task JoinAsync(StepContext context, CancellationToken cancellationToken)
    {
        var state = await context.ReadAsync("state", cancellationToken);
        if (state == "partial" || (state == "joined" && await IsNoMemberAsync(context, cancellationToken)))
        {
            await UndoAsync(context, cancellationToken);
            state = await context.ReadAsync("state", cancellationToken);
        }

        if (state == "joined")
        {
            return;
        }

        if (state != "absent")
        {
            throw new CommandFailedException(context.Target.HostName, "The half-done join could not be undone", 1,
                ["something is left in /etc/kubernetes or /var/lib/etcd/member. Remove it on the host and retry"]);
        }

        var master = await context.HealthyControlPlaneAsync(cancellationToken);
        await context.SayAsync($"Joins through {master.HostName}.", cancellationToken);
        await context.UntilAsync(new Wait("every etcd member to be healthy, before one is added", TimeSpan.FromMinutes(5), "a master is down or overloaded"), async token =>
            EtcdQuorum.WhyNotAdd(await EtcdLook.ReadAsync(context, master, token)), cancellationToken);
        await context.ChangeAsync("snapshot", cancellationToken, master);
        await context.ChangeAsync("point-elsewhere", cancellationToken, input: Encoding.ASCII.GetBytes(master.Address + "\n"));
        var pki = await context.FetchAsync("pki", cancellationToken, master);
        var sans = context.IsPlanned(MasterFiles.SansKey) ? (await context.FetchAsync(MasterFiles.SansKey, cancellationToken, master)).Output : "";
        await context.ChangeAsync(MasterFiles.WriteKey, cancellationToken, input: MasterFiles.ForJoining(context.Spec, context.Target, pki.RawOutput, sans, context.Time.GetUtcNow()));
        await context.DetachedAsync("join", cancellationToken, await JoinCommands.MaterialAsync(context, master, cancellationToken));
    }

    // etcd goes on without a master that was away while it was recovered by hand, or was taken out of it.
    private static async Task<bool> IsNoMemberAsync(StepContext context, CancellationToken cancellationToken)
    {
        var master = await context.HealthyControlPlaneAsync(cancellationToken);
        return EtcdLook.Of(await EtcdLook.ReadAsync(context, master, cancellationToken), context.Target) is null;
    }

    private static async Task UndoAsync(StepContext context, CancellationToken cancellationToken)
    {
        await context.SayAsync("A half-done join was found. It is undone and run again.", cancellationToken);
        await RegainQuorumAsync(context, cancellationToken);
        var master = await context.HealthyControlPlaneAsync(cancellationToken);
        var members = await EtcdLook.ReadAsync(context, master, cancellationToken);
        if (EtcdLook.Of(members, context.Target) is { } own)
        {
            if (EtcdQuorum.WhyNotRemove(members, own) is { } why)
            {
                throw new CommandFailedException(context.Target.HostName, "The half-joined etcd member cannot be removed", 1, [why]);
            }

            await context.ChangeAsync(EtcdLook.RemoveKey, cancellationToken, master, Encoding.ASCII.GetBytes(own.Id + "\n"));
        }

        await context.ChangeAsync("remove-node", cancellationToken, master);
        await context.ForgetDetachedAsync("undo", cancellationToken);
        await context.DetachedAsync("undo", cancellationToken);
        await context.ForgetDetachedAsync("join", cancellationToken);
    }

    // The second master's etcd was announced and its host was lost before it started: the API is gone with the quorum, so nothing can
    // be removed through it.
    private static async Task RegainQuorumAsync(StepContext context, CancellationToken cancellationToken)
    {
        foreach (var master in context.Spec.ControlPlane.Where(m => m.HostId != context.Target.HostId))
        {
            // With the flag left in, etcd would forget all other members when it starts the next time.
            if (await BeginsAnewAsync(context, master, cancellationToken))
            {
                await context.SayAsync($"etcd on {master.HostName} was left while it began anew. That is brought to its end.", cancellationToken);
                await context.ChangeAsync("begin-anew", cancellationToken, master);
                return;
            }

            if (await EtcdLook.TryReadAsync(context, master, cancellationToken) is not { } members)
            {
                continue;
            }

            if (EtcdQuorum.IsLostTo(members, EtcdLook.Of(members, master), EtcdLook.Of(members, context.Target)))
            {
                await context.SayAsync($"etcd on {master.HostName} has lost its quorum: the member of {context.Target.HostName} was announced and never started. A snapshot is kept, and etcd on {master.HostName} begins anew as the only member.", cancellationToken);
                await context.ChangeAsync("begin-anew", cancellationToken, master);
            }

            return;
        }
    }

    private static async Task<bool> BeginsAnewAsync(StepContext context, ClusterMember master, CancellationToken cancellationToken)
    {
        try
        {
            return await context.ReadAsync("begins-anew", cancellationToken, master) == "yes";
        }
        catch (HostException)
        {
            // A master that is away says nothing; another one may.
            return false;
        }
    }

    // A kube-proxy that was only just being started when the hosts file changed may hold the old line once more.
    private static async Task LetGoOfOthersAsync(StepContext context, CancellationToken cancellationToken)
    {
        for (var round = 1; ; round++)
        {
            await context.ChangeAsync("restart-kube-proxy", cancellationToken);
            try
            {
                await context.UntilAsync(OtherMasters.ToEnd(TimeSpan.FromSeconds(30)), OtherMasters.Key, cancellationToken);
                return;
            }
            catch (CommandFailedException e) when (round < 3)
            {
                await context.SayAsync($"{e.LastLines[0]} Restarting once more.", cancellationToken);
            }
        }
    }

    private static Task OwnApiReadyAsync(StepContext context, CancellationToken cancellationToken) =>
        context.UntilAsync(ApiReady.ForOwn, ApiReady.Key, cancellationToken);

    private static string JoinText(ClusterSpec spec, ClusterMember target)
    {
        var head = $$"""
            {{JoinCommands.WriteConfiguration(spec, target)}}
            rm -f {{HostDirectories.Root}}/kubeadm/joined
            {{KubeadmText.EtcdWatch(target.NodeName)}}
            """;
        return PhasesApart(spec.Version)
            ? $$"""
            {{head}}
            kubeadm join --config {{JoinCommands.ConfigFile}} --skip-phases=control-plane-join
            echo "waiting until kubelet knows its disk, before etcd is announced"
            i=0
            until [ "$(kubectl --kubeconfig /etc/kubernetes/kubelet.conf get node {{target.NodeName}} -o 'jsonpath={.status.allocatable.ephemeral-storage}' 2>/dev/null | sed 's/^0$//')" ]; do
              i=$((i + 1))
              [ "$i" -lt 120 ] || { echo "kubelet reports no ephemeral storage after two minutes" >&2; exit 1; }
              sleep 1
            done
            kubeadm join phase control-plane-join all --config {{JoinCommands.ConfigFile}}
            : > {{HostDirectories.Root}}/kubeadm/joined
            """
            : $$"""
            {{head}}
            kubeadm join --config {{JoinCommands.ConfigFile}}
            : > {{HostDirectories.Root}}/kubeadm/joined
            """;
    }
}
