using System.Globalization;
using System.Text.Json;

namespace ClusterPanel.Core.Clusters;

/// <summary>The arithmetic of etcd's majority: may a member go?</summary>
public static class EtcdQuorum
{
    /// <summary>Members needed to commit a change among that many.</summary>
    public static int Majority(int members) => members / 2 + 1;

    /// <summary>
    /// Why a member must not be removed, with the arithmetic, or null when it may. Before: healthy ≥ majority of all, or etcd
    /// could not commit the removal. After: healthy ≥ majority of the rest. No other member may be unstarted.
    /// </summary>
    public static string? WhyNotRemove(IReadOnlyList<EtcdMember> members, EtcdMember leaving)
    {
        if (!leaving.Learner && members.Count(m => !m.Learner) <= 1)
        {
            return "It is the last etcd member; removing it would lose the cluster.";
        }

        if (members.FirstOrDefault(m => !m.Started && m.Id != leaving.Id) is { } unstarted)
        {
            return $"The etcd member {unstarted.PeerUrl} has been announced and has not started. Wait for it, or remove it first.";
        }

        if (WhyLost(members) is { } lost)
        {
            return lost;
        }

        // A learner has no vote: it neither helps to commit its removal nor is missed afterwards.
        var left = members.Where(m => !m.Learner && m.Id != leaving.Id).ToList();
        var healthyAfter = left.Count(m => m.Healthy);
        var after = Majority(left.Count);
        return healthyAfter < after
            ? string.Create(CultureInfo.InvariantCulture, $"Without it {healthyAfter} of {left.Count} members would be healthy, {after} are needed.")
            : null;
    }

    /// <summary>That etcd has lost its quorum, with the arithmetic, or null when it has it.</summary>
    public static string? WhyLost(IReadOnlyList<EtcdMember> members)
    {
        var voters = members.Where(m => !m.Learner).ToList();
        var healthy = voters.Count(m => m.Healthy);
        return healthy < Majority(voters.Count)
            ? string.Create(CultureInfo.InvariantCulture, $"etcd has lost its quorum: {healthy} of {voters.Count} members are healthy, {Majority(voters.Count)} are needed to commit any change.")
            : null;
    }

    /// <summary>
    /// The member of a master that is to leave, or null: the one at its address or, when its address has changed since the panel learnt it,
    /// the one of its name that is no other master's.
    /// </summary>
    /// <param name="members">etcd's members.</param>
    /// <param name="master">Who leaves.</param>
    /// <param name="masters">The cluster's masters, with or without it.</param>
    public static EtcdMember? Leaving(IReadOnlyList<EtcdMember> members, ClusterMember master, IEnumerable<ClusterMember> masters) =>
        members.FirstOrDefault(m => m.Serves(master.Address))
        ?? members.FirstOrDefault(m => m.Name == master.NodeName && !masters.Any(o => o.HostId != master.HostId && m.Serves(o.Address)));

    /// <summary>
    /// Why masters must not leave one after the other, with the arithmetic, or null when they may. A master without a member counts
    /// for nothing.
    /// </summary>
    /// <param name="members">etcd's members now.</param>
    /// <param name="leaving">Who leaves, in this order.</param>
    /// <param name="masters">The cluster's masters.</param>
    public static string? WhyNotRemove(IReadOnlyList<EtcdMember> members, IEnumerable<ClusterMember> leaving, IEnumerable<ClusterMember> masters)
    {
        foreach (var master in leaving)
        {
            if (Leaving(members, master, masters) is not { } member)
            {
                continue;
            }

            if (WhyNotRemove(members, member) is { } why)
            {
                return $"{master.HostName} cannot be removed. {why}";
            }

            members = [.. members.Where(m => m.Id != member.Id)];
        }

        return null;
    }

    /// <summary>
    /// Why no member can be added now, or null when one can. Every member must have started and be healthy, as kubeadm join itself
    /// demands (phase check-etcd): the new one counts for the majority from the moment it is announced, and is not there yet.
    /// </summary>
    public static string? WhyNotAdd(IReadOnlyList<EtcdMember> members) =>
        members.FirstOrDefault(m => !m.Started || !m.Healthy) is not { } bad ? null : string.Create(CultureInfo.InvariantCulture,
            $"The etcd member {(bad.Started ? bad.Name : bad.PeerUrl)} {(bad.Started ? "is not healthy" : "has been announced and has not started")}: {members.Count(m => m.Healthy)} of {members.Count} are healthy. Replace or remove that master first.");

    /// <summary>
    /// True when a second member was announced to a single one and never started: two votes are needed from then on and one can
    /// be given, so etcd commits nothing any more, not even the removal. Learners, which kubeadm uses by
    /// default from 1.29 on, cannot cause it, because they have no vote: https://etcd.io/docs/v3.4/learning/design-learner/
    /// </summary>
    public static bool IsLostTo(IReadOnlyList<EtcdMember> members, EtcdMember? survivor, EtcdMember? announced) =>
        members.Count == 2 && survivor is { Started: true } && announced is { Started: false } && !members.Any(m => m.Healthy);

    /// <summary>Reads <c>etcdctl member list -w json</c>, or what a member tells its peers at <c>/members</c>, and <c>etcdctl endpoint health --cluster -w json</c>.</summary>
    /// <exception cref="FormatException">It is not etcdctl's output.</exception>
    public static IReadOnlyList<EtcdMember> Parse(string memberList, string health)
    {
        try
        {
            using var list = JsonDocument.Parse(memberList);
            var healthy = HealthyEndpoints(health);
            return [.. list.RootElement.GetProperty("members").EnumerateArray().Select(m =>
            {
                var clients = m.TryGetProperty("clientURLs", out var urls) ? urls.EnumerateArray().Select(u => u.GetString()).ToList() : [];
                return new EtcdMember(
                    (m.TryGetProperty("ID", out var id) ? id : m.GetProperty("id")).GetUInt64().ToString("x", CultureInfo.InvariantCulture),
                    m.TryGetProperty("name", out var name) ? name.GetString() ?? "" : "",
                    m.GetProperty("peerURLs").EnumerateArray().Select(u => u.GetString()).FirstOrDefault() ?? "",
                    clients.Any(c => c is not null && healthy.Contains(c)))
                { Learner = m.TryGetProperty("isLearner", out var learner) && learner.GetBoolean() };
            })];
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new FormatException("etcdctl answered with something that is not its JSON.", e);
        }
    }

    private static HashSet<string> HealthyEndpoints(string health)
    {
        if (health.Trim().Length == 0)
        {
            return [];
        }

        using var document = JsonDocument.Parse(health);
        return [.. document.RootElement.EnumerateArray()
            .Where(e => e.GetProperty("health").GetBoolean()).Select(e => e.GetProperty("endpoint").GetString()).OfType<string>()];
    }
}
