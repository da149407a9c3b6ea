using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Deployments;
using ClusterPanel.Core.Hosts;
using ClusterPanel.Core.Kubeadm;

namespace ClusterPanel.Core.Steps;

/// <summary>The look at etcd's members that several steps take.</summary>
internal static class EtcdLook
{
    private const string Key = "members";

    /// <summary>The look, for plans.</summary>
    public static PlannedCommand Command => PlannedCommand.Look(Key, "Read etcd's member list and each member's health", $$"""
        {{KubeadmText.Programs}}
        {{KubeadmText.EtcdFunction}}
        if etcd member list -w json; then
          echo
          echo health
          etcd endpoint health --cluster -w json 2>/dev/null || :
        else
          # From etcd 3.5 on a list is only given under a quorum (etcd-io/etcd#15243). What a member itself knows, it tells its peers
          # (by HTTP 1.1 only: to an HTTP 2 it agrees and hangs up).
          peers=$(sed -n 's/^ *- --initial-advertise-peer-urls=//p' /etc/kubernetes/manifests/etcd.yaml 2>/dev/null)
          cd /etc/kubernetes/pki/etcd 2>/dev/null || exit 1
          list=$(curl -sf --http1.1 --noproxy '*' --connect-timeout 1 --max-time 3 --cacert ca.crt --cert peer.crt --key peer.key "$peers/members") || exit 1
          echo "{\"members\":$list}"
          echo
          echo health
        fi
        """);

    // A database of 8 GiB, the most that etcd suggests (https://etcd.io/docs/v3.4/dev-guide/limit/), from a disk of 30 MB/s.
    internal const int SnapshotMinutes = 5;

    /// <summary>Longest time for a command with a snapshot in it.</summary>
    public static TimeSpan SnapshotTime { get; } = TimeSpan.FromMinutes(2 * SnapshotMinutes);

    /// <summary>Text that keeps a snapshot of this master's etcd, and looks whether it is whole. Needs <see cref="KubeadmText.EtcdFunction"/>.</summary>
    /// <param name="name">Name of the file in the panel's folder for snapshots.</param>
    public static string Snapshot(string name) => $$"""
        mkdir -p {{HostDirectories.Root}}/snapshots
        chmod 700 {{HostDirectories.Root}}/snapshots
        umask 077
        # etcd's own directory is the one place that its container and the host both see.
        (limit={{SnapshotMinutes}}m; etcd snapshot save /var/lib/etcd/clusterpanel.db)
        # From etcd 3.6 on the look is another program's.
        etcd snapshot status /var/lib/etcd/clusterpanel.db 2>/dev/null || etcdutl snapshot status /var/lib/etcd/clusterpanel.db 2>/dev/null \
          || crictl exec "$(crictl ps --name '^etcd$' -q | head -n 1)" etcdutl snapshot status /var/lib/etcd/clusterpanel.db
        mv -f /var/lib/etcd/clusterpanel.db {{HostDirectories.Root}}/snapshots/{{name}}.db
        """;

    /// <summary>Key of <see cref="RemoveMember"/>.</summary>
    public const string RemoveKey = "remove-member";

    /// <summary>The change, on a master that stays, that takes a member out.</summary>
    public static PlannedCommand RemoveMember(string sentence) => PlannedCommand.Change(RemoveKey, sentence, $$"""
        read -r member
        {{KubeadmText.EtcdFunction}}
        {{KubeadmText.LeadsFunction}}
        {{Snapshot("before-removal")}}
        # A leader that leaves hands over to this master first: until a new one was chosen, nothing could be written.
        leader=$(etcd endpoint status --cluster 2>/dev/null | leads)
        if [ "${leader%% *}" = "$member" ]; then
          own=$(etcd endpoint status | awk -F ', ' '{ print $2 }')
          (endpoints=${leader#* }; etcd move-leader "$own") || echo "the leader could not hand over; a new one is chosen when it is gone" >&2
          for _ in 1 2 3 4 5 6 7 8 9 10; do
            if [ "$(etcd endpoint status | leads)" ]; then break; fi
            sleep 0.5
          done
        fi
        etcd member remove "$member"
        """) with
    { OnControlPlane = true, Input = "the member's id", Timeout = SnapshotTime };

    /// <summary>The members as the etcd of a master tells them.</summary>
    /// <exception cref="CommandFailedException">It does not answer.</exception>
    public static async Task<IReadOnlyList<EtcdMember>> ReadAsync(StepContext context, ClusterMember master, CancellationToken cancellationToken)
    {
        var result = await context.LookAsync(Key, cancellationToken, master);
        if (!result.Succeeded)
        {
            throw new CommandFailedException(master.HostName, "etcd's members could not be read", result.ExitCode, result.LastLines(5));
        }

        return Parse(result.Output);
    }

    /// <summary>Reads what the look prints.</summary>
    /// <exception cref="FormatException">It is not etcdctl's output.</exception>
    public static IReadOnlyList<EtcdMember> Parse(string output)
    {
        var parts = output.Split("\nhealth\n", 2);
        return EtcdQuorum.Parse(parts[0], parts.Length == 2 ? parts[1] : "");
    }

    /// <summary>The same, or null where no etcd answers.</summary>
    public static async Task<IReadOnlyList<EtcdMember>?> TryReadAsync(StepContext context, ClusterMember master, CancellationToken cancellationToken)
    {
        try
        {
            return await ReadAsync(context, master, cancellationToken);
        }
        catch (Exception e) when (e is HostException or FormatException)
        {
            return null;
        }
    }

    /// <summary>The member that serves peers at a node's address, or null.</summary>
    public static EtcdMember? Of(IReadOnlyList<EtcdMember> members, ClusterMember node) =>
        members.FirstOrDefault(m => m.Serves(node.Address));

    /// <summary>The quorum gate before the target's member is removed.</summary>
    /// <exception cref="CommandFailedException">The quorum does not allow it; its line is the arithmetic.</exception>
    public static void ThrowIfNotRemovable(StepContext context, IReadOnlyList<EtcdMember> members, EtcdMember own)
    {
        if (EtcdQuorum.WhyNotRemove(members, own) is { } why)
        {
            throw new CommandFailedException(context.Target.HostName, "Its etcd member cannot be removed", 1, [why], FailureKind.Configuration);
        }
    }

    /// <summary>Waits until the target's own member is healthy.</summary>
    /// <exception cref="CommandFailedException">It was not within five minutes.</exception>
    public static Task HealthyAsync(StepContext context, CancellationToken cancellationToken) =>
        context.UntilAsync(new Wait("its etcd member to be healthy", TimeSpan.FromMinutes(5), "it copies the data from the others, or this host's disk is slow"), async token =>
        {
            return await TryReadAsync(context, context.Target, token) is not { } members ? "etcd does not answer"
                : Of(members, context.Target) is { Started: true, Healthy: true } ? null : Describe(members);
        }, cancellationToken);

    /// <summary>The members in one line, for a person who waits.</summary>
    public static string Describe(IReadOnlyList<EtcdMember> members) =>
        "members: " + string.Join(", ", members.Select(m => $"{(m.Started ? m.Name : m.PeerUrl)} {(m.Healthy ? "healthy" : "not healthy")}"));
}
