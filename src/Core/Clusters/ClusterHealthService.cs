using ClusterPanel.Core.Hosts;

namespace ClusterPanel.Core.Clusters;

/// <summary>Looks at a cluster's hosts over SSH, without changing anything.</summary>
public sealed class ClusterHealthService(IHostStore hosts, IHostSessions sessions, TimeProvider time)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>Looks at all hosts at once; those that do not answer are listed with the reason.</summary>
    public async Task<ClusterHealth> ReadAsync(Cluster cluster, CancellationToken cancellationToken)
    {
        var spec = cluster.Spec;
        var etcd = AskAsync(spec.ControlPlane, "Read etcd's members", _ => ClusterHealthScript.Etcd, cancellationToken);
        var left = AskAsync(spec.NotCleaned, "Look whether it answers", _ => "true", cancellationToken);
        var nodes = await AskAsync(spec.Members, "Look at the node", ClusterHealthScript.Node, cancellationToken);
        var looks = nodes.Where(n => n.Result is not null).Select(n => ClusterHealthScript.ParseNode(spec, n.Member, n.Result!.Output)).ToList();
        var answers = await etcd;
        var (members, error) = Etcd(answers);
        return new ClusterHealth(
            members,
            error,
            [.. looks.Select(n => n.Balancer).OfType<BalancerState>()],
            [.. looks.Select(n => n.Drift).Where(d => d.What.Count > 0)],
            [.. nodes.Where(n => n.Why is not null).Select(n => (n.Member, n.Why!))],
            [.. (await left).Where(l => l.Result is not null).Select(l => l.Member.HostId)],
            time.GetUtcNow())
        {
            Survivor = answers.Where(a => a.Result is not null).Select(a => (a.Member, Data: ClusterHealthScript.ReadFreshness(a.Result!.Output)))
                .Where(a => a.Data is not null).OrderByDescending(a => a.Data).FirstOrDefault().Member,
        };
    }

    /// <summary>etcd's members as the first master tells them whose etcd answers.</summary>
    /// <exception cref="ConflictException">None answers; the message says what each master said.</exception>
    public async Task<IReadOnlyList<EtcdMember>> ReadEtcdAsync(ClusterSpec spec, CancellationToken cancellationToken)
    {
        var (members, error) = Etcd(await AskAsync(spec.ControlPlane, "Read etcd's members", _ => ClusterHealthScript.Etcd, cancellationToken));
        return error is null ? [.. members.Select(m => m.Member)] : throw new ConflictException($"No master's etcd answers, so no master can be added or removed. {error}");
    }

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
