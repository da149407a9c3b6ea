using ClusterPanel.Core.Hosts;

namespace ClusterPanel.Core.Clusters;

/// <summary>Looks at a cluster's hosts over SSH, without changing anything.</summary>
public sealed class ClusterHealthService(IHostStore hosts, IHostSessions sessions, TimeProvider time)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>Looks at all hosts at once; those that do not answer are listed with the reason.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="last">The look before, or null.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<ClusterHealth> ReadAsync(Cluster cluster, ClusterHealth? last, CancellationToken cancellationToken)
    {
        var spec = cluster.Spec;
        var etcd = AskAsync(spec.ControlPlane, "Read etcd's members", _ => ClusterHealthScript.Etcd, cancellationToken);
        var left = ReachAsync(spec.NotCleaned, cancellationToken);
        var nodes = await AskAsync(spec.Members, "Look at the node", ClusterHealthScript.Node, cancellationToken);
        var looks = nodes.Where(n => n.Result is not null).Select(n => ClusterHealthScript.ParseNode(spec, n.Member, n.Result!.Output)).ToList();
        var answers = await etcd;
        var gone = await left;
        var (members, error) = Etcd(answers);
        var health = new ClusterHealth(
            members,
            error,
            [.. looks.Select(n => n.Balancer).OfType<BalancerState>()],
            [.. looks.Select(n => n.Drift).Where(d => d.What.Count > 0)],
            [.. nodes.Where(n => n.Why is not null).Select(n => (n.Member, n.Why!))],
            [.. gone.Where(l => l.Why is null).Select(l => l.Member.HostId)],
            time.GetUtcNow());
        List<EtcdData> data = [.. answers.Where(a => a.Result is not null).Select(a => ClusterHealthScript.ReadData(a.Member, a.Result!.Output, last?.Told.GetValueOrDefault(a.Member.HostId) ?? 0)).OfType<EtcdData>()];
        var told = new Dictionary<Guid, long>(last?.Told ?? new Dictionary<Guid, long>());
        data.ForEach(d => told[d.Master.HostId] = d.CommitIndex ?? told.GetValueOrDefault(d.Master.HostId));
        return health with
        {
            SilentLeft = [.. gone.Where(l => l.Why is not null).Select(l => (l.Member, l.Why!))],
            LastEtcd = last?.LastEtcd,
            Data = data,
            Told = told,
        };
    }

    /// <summary>etcd's members as the first master tells them whose etcd answers.</summary>
    /// <exception cref="ConflictException">None answers; the message says what each master said.</exception>
    public async Task<IReadOnlyList<EtcdMember>> ReadEtcdAsync(ClusterSpec spec, CancellationToken cancellationToken)
    {
        var (members, error) = Etcd(await AskAsync(spec.ControlPlane, "Read etcd's members", _ => ClusterHealthScript.Etcd, cancellationToken));
        return error is null ? [.. members.Select(m => m.Member)] : throw new ConflictException($"No master's etcd answers, so no master can be added or removed. {error}");
    }

    /// <summary>Whether hosts run a command that is asked for: null, or why not.</summary>
    public async Task<IReadOnlyList<(ClusterMember Member, string? Why)>> ReachAsync(IEnumerable<ClusterMember> members, CancellationToken cancellationToken) =>
        [.. (await AskAsync(members, "Look whether it answers", _ => "true", cancellationToken)).Select(a => (a.Member, a.Why))];

    private Task<IReadOnlyList<(ClusterMember Member, CommandResult? Result, string? Why)>> AskAsync(
        IEnumerable<ClusterMember> members, string summary, Func<ClusterMember, string> script, CancellationToken cancellationToken) =>
        sessions.AskAsync(hosts, members, (member, session) => session.RunAsync(new HostCommand(summary, script(member), Limit), cancellationToken), cancellationToken);

    // Every master's etcd is asked at once, so that one that is away costs no time; the first that answers tells the members.
    private static (IReadOnlyList<EtcdMemberState> Members, string? Error) Etcd(IReadOnlyList<(ClusterMember Member, CommandResult? Result, string? Why)> answers)
    {
        var says = new List<string>();
        foreach (var (member, result, why) in answers)
        {
            try
            {
                if (result is { Succeeded: true })
                {
                    return (ClusterHealthScript.ParseEtcd(result.Output), null);
                }

                says.Add($"{member.HostName}: {why ?? result!.LastLine}");
            }
            catch (FormatException e)
            {
                says.Add($"{member.HostName}: {e.Message}");
            }
        }

        return ([], string.Join(" ", says));
    }
}
