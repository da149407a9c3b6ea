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
    // Hosts are looked at every 30 s, and a look takes 30 s at most.
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(2);

    /// <summary>True when the watch has brought nothing for so long that this is of the past.</summary>
    /// <param name="now">The present moment.</param>
    public bool IsOld(DateTimeOffset now) => now - ReadAt > Fresh;

    /// <summary>Masters that etcd does not count among its members; empty when no etcd answers.</summary>
    /// <param name="spec">The cluster.</param>
    public IEnumerable<ClusterMember> MastersWithoutEtcd(ClusterSpec spec) => Etcd.Count == 0 ? [] : spec.ControlPlane.Where(m => !Etcd.Any(e => e.Member.Serves(m.Address)));

    /// <summary>Members of etcd that are none of the cluster's masters: they count for the quorum all the same.</summary>
    /// <param name="spec">The cluster.</param>
    public IEnumerable<EtcdMember> StrangeMembers(ClusterSpec spec) => Etcd.Select(e => e.Member).Where(e => !spec.ControlPlane.Any(m => e.Serves(m.Address)));

    /// <summary>How many members vote: a learner does not.</summary>
    public int Voters => Etcd.Count(e => !e.Learner);

    /// <summary>How many of those that vote are healthy.</summary>
    public int HealthyVoters => Etcd.Count(e => e.Member.Healthy && !e.Learner);

    /// <summary>True when etcd answers and a majority of its voting members is healthy.</summary>
    public bool HasQuorum => Etcd.Count > 0 && HealthyVoters >= EtcdQuorum.Majority(Voters);

    /// <summary>Hosts that left without being cleaned and do not answer, with the reason: an unknown host key is another one than no power.</summary>
    public IReadOnlyList<(ClusterMember Host, string Why)> SilentLeft { get; init; } = [];

    /// <summary>etcd's members as they were told last, and when: of the past while <see cref="Etcd"/> is empty. Null when none ever did.</summary>
    public (IReadOnlyList<EtcdMemberState> Members, DateTimeOffset At)? LastEtcd { get => Etcd.Count > 0 ? (Etcd, ReadAt) : field; init; }

    /// <summary>The masters that answer and have data of etcd.</summary>
    public IReadOnlyList<EtcdData> Data { get; init; } = [];

    /// <summary>What each master's etcd told last of how new its data are, by host: they are not older now.</summary>
    public IReadOnlyDictionary<Guid, long> Told { get; init; } = new Dictionary<Guid, long>();

    /// <summary>
    /// The master whose etcd has the newest data of all that answer: what is recovered from it by hand loses least. Null when none has any,
    /// and until each has told how new they are.
    /// </summary>
    public ClusterMember? Survivor => Data.Count == 1 || Data.All(d => d.CommitIndex is not null) ? Data.MaxBy(d => d.CommitIndex)?.Master : null;

    /// <summary>The masters that have not told yet how new their data are, when that keeps the <see cref="Survivor"/> from being known.</summary>
    public IEnumerable<ClusterMember> NotToldYet => Survivor is null ? Data.Where(d => d.CommitIndex is null).Select(d => d.Master) : [];

    /// <summary>The arithmetic of a lost quorum.</summary>
    public string QuorumSentence => $"etcd has lost its quorum: {HealthyVoters} of {Voters} members are healthy, {EtcdQuorum.Majority(Voters)} are needed.";
}
