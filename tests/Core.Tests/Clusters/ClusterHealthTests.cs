using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Hosts;
using ClusterPanel.Core.Pki;
using ClusterPanel.Core.Tests.Fakes;
using ClusterPanel.Core.Tests.Steps;

namespace ClusterPanel.Core.Tests.Clusters;

public sealed class ClusterHealthTests
{
    // As etcdctl 3.4.13 prints it.
    private const string Status = """
        status
        [{"Endpoint":"https://10.0.0.11:2379","Status":{"header":{"cluster_id":14841639068965178418,"member_id":171,"revision":900,"raft_term":2},"version":"3.4.13","dbSize":2097152,"leader":172,"raftIndex":1000,"raftTerm":2,"raftAppliedIndex":1000,"dbSizeInUse":1048576}},{"Endpoint":"https://10.0.0.12:2379","Status":{"header":{"cluster_id":14841639068965178418,"member_id":172,"revision":900,"raft_term":2},"version":"3.4.13","dbSize":2097152,"leader":172,"raftIndex":1000,"raftTerm":2,"raftAppliedIndex":1000,"dbSizeInUse":1048576}}]
        """;

    private const string RightWorker = """
        unit containerd.service active enabled
        unit kubelet.service active enabled
        unit clusterpanel-hosts.path active enabled
        unit clusterpanel-apilb.service active enabled
        now 1700000100
        mode nftables
        master 10.0.0.11 in 200 1700000000 3
        master 10.0.0.12 in 200 1700000040 0
        master 10.0.0.13 out 000 1700000090 0
        hosts 10.0.0.14 h4
        hosts 10.103.97.2 apiserver.cluster.local
        """;

    private static readonly ClusterMember Worker = Samples.Spec().Members[3];
    private readonly SteppingTime _time = new();
    private readonly FakeSessions _sessions = new();

    [Fact]
    public async Task ReadAsync_OneMemberIsAway_TellsLeaderHealthAndSize()
    {
        _sessions.Respond = (_, command, _) => Task.FromResult(FakeSessions.Ok(
            command.Summary == "Read etcd's members" ? Etcdctl.Members("h1", "h2", "h3!") + "\n" + Status : RightWorker));

        var health = await ReadAsync();

        Assert.True(health.HasQuorum);
        Assert.Equal([("h1", true, false), ("h2", true, true), ("h3", false, false)], health.Etcd.Select(e => (e.Member.Name, e.Member.Healthy, e.Leader)));
        Assert.Equal((2097152L, "3.4.13"), (health.Etcd[0].SizeBytes, health.Etcd[0].Version));
        Assert.Null(health.Etcd[2].SizeBytes);
    }

    [Fact]
    public async Task ReadAsync_NoEtcdAnswers_SaysWhatEachMasterSays()
    {
        _sessions.Respond = (host, command, _) => Task.FromResult(command.Summary == "Read etcd's members" ? FakeSessions.Result(1, "", $"no etcd on {host.Name}\n") : FakeSessions.Ok(RightWorker));

        var health = await ReadAsync();

        Assert.False(health.HasQuorum);
        Assert.Equal("h1: no etcd on h1 h2: no etcd on h2 h3: no etcd on h3", health.EtcdError);
    }

    [Theory]
    [InlineData(1, 900, "", 1, 1000, "", "h2", "")] // both answer: the higher index
    [InlineData(1, 0, "1100", 1, 1000, "", "h1", "")] // one has only logged what it knew
    [InlineData(1, 0, "", 1, 1000, "", null, "h1")] // the silent one may have newer data
    [InlineData(1, 0, "", 1, 0, "", null, "h1 h2")]
    [InlineData(0, 0, "1100", 1, 0, "", "h2", "")] // the only one with data
    [InlineData(0, 0, "", 0, 0, "", null, "")]
    public async Task ReadAsync_QuorumIsLost_TheNewestDataSurvive(int data1, int own1, string logged1, int data2, int own2, string logged2, string? survivor, string waitsFor)
    {
        _sessions.Respond = LostQuorum(Says(data1, own1, logged1), Says(data2, own2, logged2));

        var health = await ReadAsync();

        Assert.False(health.HasQuorum);
        Assert.Equal(survivor, health.Survivor?.HostName);
        Assert.Equal(waitsFor, string.Join(' ', health.NotToldYet.Select(m => m.HostName)));
        Assert.Equal(own1 + own2 > 0 ? 3 : 0, health.Etcd.Count);
    }

    [Theory]
    [InlineData("900", null)] // at a start before
    [InlineData("1200", "h1")]
    public async Task ReadAsync_LoggedAtAStart_CountsWhenItIsNotOlderThanWhatWasTold(string logged, string? survivor)
    {
        _sessions.Respond = (_, command, _) => Task.FromResult(FakeSessions.Ok(
            command.Summary == "Read etcd's members" ? $"{Says(1, 1000, "900")}{Etcdctl.Members("h1", "h2", "h3!")}\n{Status}" : RightWorker));
        var before = await ReadAsync();
        _sessions.Respond = (host, _, _) => throw new HostUnreachableException(host.Name, "no route");
        var blind = await ReadAsync(last: before);
        _sessions.Respond = LostQuorum(Says(1, 0, logged), Says(1, 1100, ""));

        var lost = await ReadAsync(last: blind);

        Assert.Equal((true, 2), (before.HasQuorum, before.Etcd.Count(e => e.Member.Healthy)));
        Assert.Equal(survivor, lost.Survivor?.HostName);
        Assert.Equal(3, blind.LastEtcd?.Members.Count);
        Assert.Equal(before.ReadAt, blind.LastEtcd?.At);
    }

    private static string Says(int data, int own, string logged) => $"data {data}\nown {(own == 0 ? "[]" : $$$"""[{"Endpoint":"https://127.0.0.1:2379","Status":{"header":{"member_id":171},"version":"3.4.13","raftIndex":{{{own}}}}}]""")}\nlogged {logged}\n";

    // h3 is away. An etcd without an index does not answer.
    private static Func<Host, HostCommand, CancellationToken, Task<CommandResult>> LostQuorum(string first, string second)
    {
        CommandResult Answer(string says) => says.Contains("own []", StringComparison.Ordinal) ? FakeSessions.Result(1, says, "") : FakeSessions.Ok($"{says}{Etcdctl.Members("h1!", "h2!", "h3!")}\nstatus\n");
        return (host, command, _) => command.Summary != "Read etcd's members" ? Task.FromResult(FakeSessions.Ok(RightWorker)) : host.Name switch
        {
            "h1" => Task.FromResult(Answer(first)),
            "h2" => Task.FromResult(Answer(second)),
            _ => throw new HostUnreachableException(host.Name, "no route"),
        };
    }

    [Fact]
    public void ParseEtcd_WhatAMemberTellsItsPeers_IsUnderstood()
    {
        // As etcd 3.4.13 answers /members; from 3.5 on nothing else tells the members without a quorum.
        var members = ClusterHealthScript.ParseEtcd("""
            data 1
            own
            logged
            {"members":[{"id":171,"peerURLs":["https://10.0.0.11:2380"],"name":"h1","clientURLs":["https://10.0.0.11:2379"]},{"id":172,"peerURLs":["https://10.0.0.12:2380"],"isLearner":true}]}

            health

            status

            """);

        Assert.Equal([("ab", "h1", false, true), ("ac", "", true, false)], members.OrderBy(m => m.Member.Id, StringComparer.Ordinal).Select(m => (m.Member.Id, m.Member.Name, m.Member.Learner, m.Member.Started)));
        Assert.DoesNotContain(members, m => m.Member.Healthy);
    }

    [Fact]
    public void ParseNode_AsItShouldBe_HasNoDrift()
    {
        var (drift, balancer) = ClusterHealthScript.ParseNode(Samples.Spec(), Worker, RightWorker);

        Assert.Empty(drift.What);
        Assert.Equal("nftables", balancer!.Mode);
        Assert.Equal(
            [
                new("10.0.0.11", BalancedState.In, "200", TimeSpan.FromSeconds(100), 3),
                new("10.0.0.12", BalancedState.In, "200", TimeSpan.FromSeconds(60), 0),
                new("10.0.0.13", BalancedState.Out, "000", TimeSpan.FromSeconds(10), 0),
            ],
            balancer.Masters);
    }

    [Theory]
    [InlineData("apilb.service active enabled", "apilb.service failed enabled", "The unit clusterpanel-apilb.service is failed enabled.")]
    [InlineData("unit kubelet.service active enabled", "unit kubelet.service inactive disabled", "The unit kubelet.service is inactive disabled.")]
    [InlineData("unit containerd.service active enabled\n", "", "The unit containerd.service is not there.")]
    [InlineData("now 1700000100\n", "script other\n", "Its load balancer is of another version.")]
    [InlineData("now 1700000100\n", "authority other\nnow 1700000100\n", "Its load balancer trusts another CA than the cluster's.")]
    [InlineData("master 10.0.0.13 out 000 1700000090 0\n", "", "Its load balancer's list is [10.0.0.11, 10.0.0.12], the masters are [10.0.0.11, 10.0.0.12, 10.0.0.13].")]
    [InlineData("hosts 10.103.97.2 apiserver.cluster.local", "", "The panel's lines in /etc/hosts are lost.")]
    public void ParseNode_SomethingIsLost_IsSaid(string was, string @is, string drift) =>
        Assert.Equal([drift], ClusterHealthScript.ParseNode(Samples.Spec(), Worker, RightWorker.Replace(was, @is, StringComparison.Ordinal)).Drift.What);

    [Fact]
    public void View_HostThatNeverJoined_IsNotToBeRepaired()
    {
        var (drift, balancer) = ClusterHealthScript.ParseNode(Samples.Spec(), Worker, "joined not\n");
        var health = new ClusterHealth([], null, [], [drift], [], [], DateTimeOffset.UnixEpoch);

        var found = Assert.Single(new ClusterView(new ClusterState([], "", DateTimeOffset.UnixEpoch), "away", health).Drift(Samples.Spec()));

        Assert.Empty(balancer!.Masters);
        Assert.False(found.CanBeRepaired);
        Assert.Equal(["It has not joined the cluster, or was reset: remove it, and add it again."], found.What);
    }

    [Fact]
    public void View_NodeOfAHostThatLeft_IsBackOnlyWhileTheApiAnswers()
    {
        var left = Samples.Spec().Members[4];
        var spec = Samples.Spec() with { Members = [.. Samples.Spec().Members.Take(4)], NotCleaned = [left] };
        var state = new ClusterState([new NodeState(left.NodeName, left.Role, false, "v1.20.2", left.Address, null, false)], "", DateTimeOffset.UnixEpoch);

        Assert.True(new ClusterView(state, null, null).IsBack(spec, left));
        Assert.False(new ClusterView(state, "No master answers.", null).IsBack(spec, left));
    }

    [Fact]
    public void ParseNode_MasterThatIsLeaving_IsNoDrift()
    {
        var (drift, balancer) = ClusterHealthScript.ParseNode(Samples.Spec(), Worker, RightWorker + "\nmaster 10.0.0.19 leaving 200 1700000095 2\n");

        Assert.Empty(drift.What);
        Assert.Equal(new("10.0.0.19", BalancedState.Leaving, "200", TimeSpan.FromSeconds(5), 2), balancer!.Masters[^1]);
    }

    [Fact]
    public void ParseNode_MasterWithoutItsHostsLines_IsSaid()
    {
        var (drift, balancer) = ClusterHealthScript.ParseNode(Samples.Spec(), Samples.Spec().Members[0], "unit containerd.service active enabled\nunit kubelet.service active enabled\nunit clusterpanel-hosts.path active enabled\nhosts 10.0.0.11 h1\n");

        Assert.Equal(["The panel's lines in /etc/hosts are lost."], drift.What);
        Assert.Null(balancer);
    }

    [Fact]
    public async Task ReadAsync_HostThatLeftAnswers_IsTold()
    {
        var left = Samples.Spec().Members[4];
        var cluster = Samples.Cluster();
        cluster.Spec = cluster.Spec with { Members = [.. cluster.Spec.Members.Take(4)], NotCleaned = [left] };

        Assert.Equal([left.HostId], (await ReadAsync(cluster)).Answering);

        _sessions.Respond = (host, _, _) => host.Name == left.HostName ? throw new HostUnreachableException(host.Name, "no route") : Task.FromResult(FakeSessions.Ok(RightWorker));
        Assert.Empty((await ReadAsync(cluster)).Answering);
    }

    [Fact]
    public void Recovery_ForAMaster_BeginsEtcdAnewAndTakesTheFlagAway()
    {
        var text = EtcdRecovery.Commands(Samples.Spec().Members[1]);

        Assert.Contains("On h2 (10.0.0.12)", text, StringComparison.Ordinal);
        Assert.True(text.IndexOf("--force-new-cluster/", StringComparison.Ordinal) < text.IndexOf("cp /root/etcd.yaml-before-recovery /etc/kubernetes/manifests/etcd.yaml", StringComparison.Ordinal));
    }

    private Task<ClusterHealth> ReadAsync(Cluster? cluster = null, ClusterHealth? last = null) => new ClusterHealthService(new FakeHostStore(Enumerable.Range(1, 5).Select(Samples.Host)), _sessions, _time)
        .ReadAsync(cluster ?? Samples.Cluster(), last, TestContext.Current.CancellationToken);

    [Fact]
    public void View_EtcdWithoutOneOfTheMastersAndWithAStranger_TellsBoth()
    {
        var spec = Samples.Spec();
        var masters = spec.ControlPlane.ToList();
        EtcdMemberState Member(string name, string address) => new(new EtcdMember("1", name, $"https://{address}:2380", true), false, false, 1, "3.4.13");
        var health = new ClusterHealth([Member("a", masters[0].Address), Member("b", masters[1].Address), Member("gone", "10.9.9.9")], null, [], [], [], [], DateTimeOffset.UnixEpoch);
        var view = new ClusterView(null, null, health);

        var drift = Assert.Single(view.Drift(spec));
        var concerns = view.Concerns(spec, DateTimeOffset.UnixEpoch, CertificateLimits.Default);

        Assert.Equal(masters[2].HostName, drift.Node.HostName);
        Assert.Equal(["It is not among etcd's members: remove it, and add it again."], drift.What);
        Assert.Contains("etcd has a member at https://10.9.9.9:2380 that is none of the masters.", concerns);
        Assert.Empty(new ClusterView(null, null, health with { Etcd = [] }).Drift(spec));
    }

    [Fact]
    public void Health_NothingNewForTwoMinutes_IsOld()
    {
        var health = new ClusterHealth([], null, [], [], [], [], DateTimeOffset.UnixEpoch);

        Assert.False(health.IsOld(DateTimeOffset.UnixEpoch.AddMinutes(2)));
        Assert.True(health.IsOld(DateTimeOffset.UnixEpoch.AddMinutes(2.1)));
    }
}
