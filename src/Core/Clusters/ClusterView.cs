using System.Globalization;

namespace ClusterPanel.Core.Clusters;

/// <summary>What was last seen of a cluster that runs.</summary>
/// <param name="State">What its API said last, or null when it never answered.</param>
/// <param name="Error">Why it does not answer now, or null: then <paramref name="State"/> is of the past.</param>
/// <param name="Health">The last look at its hosts, or null before the first.</param>
public sealed record ClusterView(ClusterState? State, string? Error, ClusterHealth? Health)
{
    /// <summary>The last look at its certificates, or null before the first.</summary>
    public Pki.ClusterCertificates? Certificates { get; init; }

    /// <summary>Before the first look.</summary>
    public static ClusterView Nothing { get; } = new(null, null, null);

    /// <summary>What has drifted: on hosts, and nodes that are gone from the API.</summary>
    public IReadOnlyList<NodeDrift> Drift(ClusterSpec spec)
    {
        var drift = new List<NodeDrift>();
        foreach (var member in spec.Members)
        {
            var seen = Health?.Drift.FirstOrDefault(d => d.Node.HostId == member.HostId);
            if (seen is { CanBeRepaired: false })
            {
                drift.Add(seen);
                continue;
            }

            List<string> what = [.. seen?.What ?? []];
            if (Error is null && State?.Nodes.All(n => n.Name != member.NodeName) == true)
            {
                what.Insert(0, "Its Node is gone from the cluster.");
            }

            if (Health?.MastersWithoutEtcd(spec).Contains(member) == true)
            {
                what.Add("It is not among etcd's members: remove it, and add it again.");
            }

            if (what.Count > 0)
            {
                drift.Add(new NodeDrift(member, what));
            }
        }

        return drift;
    }

    /// <summary>Members that do not answer SSH: how they are is not known, whatever their Nodes say.</summary>
    public IReadOnlyList<(ClusterMember Host, string Why)> Silent(ClusterSpec spec) =>
        [.. Health?.Silent.Where(s => spec.Members.Any(m => m.HostId == s.Host.HostId)) ?? []];

    /// <summary>Nodes in the API that are not members: hosts that left and came back, or strangers.</summary>
    public IReadOnlyList<NodeState> Strangers(ClusterSpec spec) =>
        [.. State?.Nodes.Where(n => spec.Members.All(m => m.NodeName != n.Name)) ?? []];

    /// <summary>True when a host that left without being cleaned answers SSH or has registered its Node again.</summary>
    /// <param name="spec">The cluster: a Node of that name may be another machine's by now.</param>
    /// <param name="left">The host.</param>
    public bool IsBack(ClusterSpec spec, ClusterMember left) =>
        Health?.Answering.Contains(left.HostId) == true || (Error is null && spec.Members.All(m => m.NodeName != left.NodeName) && State?.Nodes.Any(n => n.Name == left.NodeName) == true);

    /// <summary>What an operator should look at, as sentences, the worst first; empty when all is well as far as it was seen.</summary>
    /// <param name="spec">The cluster.</param>
    /// <param name="now">The present moment.</param>
    /// <param name="limits">When a certificate's end is a concern.</param>
    public IReadOnlyList<string> Concerns(ClusterSpec spec, DateTimeOffset now, Pki.CertificateLimits limits)
    {
        var concerns = new List<string>();
        if (spec.ControlPlane.Any() && Health is { HasQuorum: false } lost)
        {
            concerns.Add(lost.Etcd.Count == 0 ? "No master's etcd answers." : lost.QuorumSentence);
        }

        concerns.AddRange((Health?.StrangeMembers(spec) ?? []).Select(e => $"etcd has a member at {e.PeerUrl} that is none of the masters."));
        if (Error is not null && spec.ControlPlane.Any())
        {
            concerns.Add("Its API server does not answer.");
        }
        else if (State is not null)
        {
            concerns.AddRange(spec.Members.Where(m => State.Nodes.Any(n => n.Name == m.NodeName && n.Ready != true)).Select(m => $"Node {m.NodeName} is not Ready."));
        }

        concerns.AddRange(Drift(spec).Select(d => $"{d.Node.HostName}: {string.Join(" ", d.What)}"));
        concerns.AddRange(Silent(spec).Select(s => $"{s.Host.HostName} does not answer SSH, so that how it is set is not known: {s.Why}"));
        concerns.AddRange(spec.NotCleaned.Where(m => IsBack(spec, m)).Select(m => $"{m.HostName} was removed, not cleaned, and is back."));
        concerns.AddRange((Certificates?.All ?? []).Where(c => c.EndsSoon(now, limits.WarnDays)).OrderBy(c => c.Ends).Select(c =>
            string.Create(CultureInfo.InvariantCulture, $"{c.HostName}: the certificate {(c.InMemory ? "of" : "in")} {c.File} {(c.Ends < now ? "ended" : "ends")} on {c.Ends:yyyy-MM-dd}.")));
        if (Certificates?.MadeForLess(spec.CertificateYears) is { Count: > 0 } shorter)
        {
            concerns.Add(string.Create(CultureInfo.InvariantCulture, $"{shorter.Count} {(shorter.Count == 1 ? "certificate was" : "certificates were")} made for less than {spec.CertificateYears} years, {shorter[0].File} on {shorter[0].HostName} among them. Renew them on the page Certificates."));
        }

        return concerns;
    }
}
