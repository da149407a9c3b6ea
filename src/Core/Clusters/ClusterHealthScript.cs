using System.Globalization;
using System.Text.Json;
using ClusterPanel.Core.Hosts;
using ClusterPanel.Core.Kubeadm;
using ClusterPanel.Core.LoadBalancing;
using ClusterPanel.Core.Steps;

namespace ClusterPanel.Core.Clusters;

/// <summary>The texts that read what <see cref="ClusterHealth"/> tells, and what they print.</summary>
internal static class ClusterHealthScript
{
    /// <summary>On a master: whether its etcd has data; the status of its own; etcd's members, their health and their status.</summary>
    public static string Etcd { get; } = $$"""
        {{KubeadmText.Programs}}
        {{KubeadmText.EtcdFunction}}
        # Without a quorum every question lasts as long as it may; all of them must fit into the time of one look.
        echo "data $(find /var/lib/etcd/member/wal -name '*.wal' 2>/dev/null | wc -l)"
        limit=3s
        echo "own $(etcd endpoint status -w json 2>/dev/null)"
        # Up to 3.5 an etcd that has restarted without a quorum serves no client (etcd-io/etcd#13524), but has logged what it knew.
        echo "logged $(find /var/log/pods/kube-system_etcd-*/etcd -name '*.log' -printf '%T@ %p\n' 2>/dev/null | sort -n | cut -d ' ' -f 2- | xargs -r cat \
          | sed -n 's/.*restarting member .* at commit index \([0-9]*\).*/\1/p; s/.*restarting local member.*commit-index[^0-9]*\([0-9]*\).*/\1/p' | tail -n 1)"
        limit=10s
        {{EtcdLook.Command.Script}}
        echo
        echo status
        # Which members there are, to ask all of them one after the other, takes a quorum as well.
        limit=2s
        [ -n "${list:-}" ] || etcd endpoint status --cluster -w json 2>/dev/null || :
        """;

    /// <summary>On a member: its units, the panel's lines in the hosts file, and a worker's load balancer.</summary>
    public static string Node(ClusterMember member) => $$"""
        {{NodeServices.HasJoined}} || { echo "joined not"; exit 0; }
        for unit in {{string.Join(' ', Units(member))}}; do
          echo "unit $unit $(systemctl is-active "$unit") $(systemctl is-enabled "$unit" 2>/dev/null)"
        done
        {{(member.Role == NodeRole.Worker ? Balancer : ":")}}
        [ -z "$(ls -A {{HostDirectories.PutAside}} 2>/dev/null)" ] || echo "stopped for a removal"
        {{HostsFile.Read}} | sed 's/^/hosts /'
        """;

    // Another version's script may not know "status".
    private static string Balancer { get; } = $$"""
        if echo "{{ApiLoadBalancer.ScriptHash}}  {{ApiLoadBalancer.ScriptPath}}" | sha256sum -c --status 2>/dev/null; then {{ApiLoadBalancer.ScriptPath}} status; else echo "script other"; fi
        {{ApiLoadBalancer.CaIsTheClusters}} || echo "authority other"
        """;

    /// <summary>Reads what <see cref="Etcd"/> prints.</summary>
    /// <exception cref="FormatException">It is not etcdctl's output.</exception>
    public static IReadOnlyList<EtcdMemberState> ParseEtcd(string output)
    {
        var parts = Body(output).Split("\nstatus\n", 2);
        var status = Status(parts.Length == 2 ? parts[1] : "");
        return [.. EtcdLook.Parse(parts[0]).OrderBy(m => m.Name, StringComparer.Ordinal).Select(m =>
            status.TryGetValue(m.Id, out var s) ? new EtcdMemberState(m, s.Leader, s.Learner, s.Size, s.Version) : new EtcdMemberState(m, false, false, null, ""))];
    }

    /// <summary>
    /// How new the data of a master's own etcd are, of what <see cref="Etcd"/> prints, also when it has failed. Null for a master without
    /// data, and for what is not etcdctl's output.
    /// </summary>
    /// <param name="master">The master.</param>
    /// <param name="output">What was printed.</param>
    /// <param name="told">What it told before: what it has logged at a start before that is old.</param>
    public static EtcdData? ReadData(ClusterMember master, string output, long told)
    {
        var lines = output.Split('\n', Heads.Length + 1);
        if (lines.Length < Heads.Length || !Heads.Zip(lines).All(l => l.Second.StartsWith(l.First, StringComparison.Ordinal)))
        {
            return null;
        }

        string[] said = [.. Heads.Zip(lines, (head, line) => line[head.Length..].Trim())];
        var (data, own, logged) = (Number(said[0]), said[1], Number(said[2]));
        try
        {
            using var status = own.Length > 0 ? JsonDocument.Parse(own) : null;
            // An empty list, when it does not answer.
            var index = status?.RootElement.EnumerateArray().Select(e => e.GetProperty("Status").GetProperty("raftIndex").GetInt64()).FirstOrDefault() ?? 0;
            return index > 0 ? new EtcdData(master, index)
                : data == 0 ? null
                : new EtcdData(master, logged > 0 && logged >= told ? logged : null);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }

    private static readonly string[] Heads = ["data ", "own ", "logged "];

    private static string Body(string output) => output.StartsWith(Heads[0], StringComparison.Ordinal) ? output.Split('\n', Heads.Length + 1)[^1] : output;

    /// <summary>Reads what <see cref="Node"/> prints.</summary>
    public static (NodeDrift Drift, BalancerState? Balancer) ParseNode(ClusterSpec spec, ClusterMember member, string output)
    {
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(l => l.Split(' ', 2)).Where(w => w.Length == 2).ToLookup(w => w[0], w => w[1]);
        if (lines["joined"].Any())
        {
            return (new NodeDrift(member, [NodeServices.NotJoined]) { CanBeRepaired = false }, member.Role == NodeRole.Worker ? new BalancerState(member, "", []) : null);
        }

        var drift = new List<string>();
        foreach (var unit in Units(member))
        {
            var state = lines["unit"].Select(l => l.Split(' ')).FirstOrDefault(w => w[0] == unit) ?? [];
            if (state is not [_, "active", "enabled"])
            {
                drift.Add($"The unit {unit} is {(state.Length > 1 ? string.Join(' ', state[1..]) : "not there")}.");
            }
        }

        if (!lines["hosts"].SequenceEqual(ApiServerName.FinalLines(spec, member)))
        {
            drift.Add("The panel's lines in /etc/hosts are lost.");
        }

        if (lines["stopped"].Any())
        {
            drift.Add("Its API server was stopped for a removal that did not come to its end.");
        }

        if (member.Role == NodeRole.ControlPlane)
        {
            return (new NodeDrift(member, drift), null);
        }

        if (lines["authority"].Any())
        {
            drift.Add("Its load balancer trusts another CA than the cluster's.");
        }

        if (lines["script"].Any())
        {
            drift.Add("Its load balancer is of another version.");
            return (new NodeDrift(member, drift), new BalancerState(member, "", []));
        }

        var now = lines["now"].Select(Number).FirstOrDefault();
        var masters = lines["master"].Select(l => l.Split(' ')).Where(w => w.Length == 5).Select(w => new BalancedMaster(
            w[0],
            w[1] switch { "in" => BalancedState.In, "leaving" => BalancedState.Leaving, _ => BalancedState.Out },
            w[2],
            TimeSpan.FromSeconds(Math.Max(0, now - Number(w[3]))),
            (int)Number(w[4]))).ToList();
        var balancer = new BalancerState(member, lines["mode"].FirstOrDefault() ?? "", masters);
        if (!balancer.IsRight(spec))
        {
            drift.Add($"Its load balancer's list is [{string.Join(", ", balancer.Listed)}], the masters are [{string.Join(", ", spec.ControlPlane.Select(m => m.Address))}].");
        }

        return (new NodeDrift(member, drift), balancer);
    }

    private static long Number(string text) => long.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private static string[] Units(ClusterMember member) =>
        ["containerd.service", "kubelet.service", HostsFile.PathUnit, .. member.Role == NodeRole.Worker ? [ApiLoadBalancer.Unit] : Array.Empty<string>()];

    private static Dictionary<string, (bool Leader, bool Learner, long? Size, string Version)> Status(string json)
    {
        var found = new Dictionary<string, (bool, bool, long?, string)>();
        if (json.Trim().Length == 0)
        {
            return found;
        }

        try
        {
            using var document = JsonDocument.Parse(json);
            foreach (var status in document.RootElement.EnumerateArray().Select(e => e.GetProperty("Status")))
            {
                var id = status.GetProperty("header").GetProperty("member_id").GetUInt64();
                found[id.ToString("x", CultureInfo.InvariantCulture)] = (
                    status.TryGetProperty("leader", out var leader) && leader.GetUInt64() == id,
                    status.TryGetProperty("isLearner", out var learner) && learner.GetBoolean(),
                    status.TryGetProperty("dbSize", out var size) ? size.GetInt64() : null,
                    status.TryGetProperty("version", out var version) ? version.GetString() ?? "" : "");
            }

            return found;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new FormatException("etcdctl answered with something that is not its JSON.", e);
        }
    }
}
