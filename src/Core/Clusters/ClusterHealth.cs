namespace ClusterPanel.Core.Clusters;

/// <summary>A look at what a cluster's own API does not tell: etcd's members, the workers' load balancers, and the hosts.</summary>
/// <param name="Etcd">etcd's members by name; empty when no master's etcd answers.</param>
/// <param name="EtcdError">Why no etcd answers, or null.</param>
/// <param name="Balancers">The workers that answer.</param>
/// <param name="Drift">Hosts that answer and are not as the panel left them.</param>
/// <param name="Silent">Members that do not answer, with the reason.</param>
/// <param name="Answering">Hosts that left without being cleaned and answer.</param>
/// <param name="ReadAt">When.</param>
public sealed record ClusterHealth(
    IReadOnlyList<EtcdMemberState> Etcd,
    string? EtcdError,
    IReadOnlyList<BalancerState> Balancers,
    IReadOnlyList<NodeDrift> Drift,
    IReadOnlyList<(ClusterMember Host, string Why)> Silent,
    IReadOnlyCollection<Guid> Answering,
    DateTimeOffset ReadAt)
{
    /// <summary>How many members vote: a learner does not.</summary>
    public int Voters => Etcd.Count(e => !e.Learner);

    /// <summary>How many of those that vote are healthy.</summary>
    public int HealthyVoters => Etcd.Count(e => e.Member.Healthy && !e.Learner);

    /// <summary>True when etcd answers and a majority of its voting members is healthy.</summary>
    public bool HasQuorum => Etcd.Count > 0 && HealthyVoters >= EtcdQuorum.Majority(Voters);

    /// <summary>A master from which etcd can be recovered by hand: the first whose host answers, or null.</summary>
    public ClusterMember? Survivor(ClusterSpec spec) => spec.ControlPlane.FirstOrDefault(m => Silent.All(s => s.Host.HostId != m.HostId));

    /// <summary>The arithmetic of a lost quorum.</summary>
    public string QuorumSentence => $"etcd has lost its quorum: {HealthyVoters} of {Voters} members are healthy, {EtcdQuorum.Majority(Voters)} are needed.";
}
