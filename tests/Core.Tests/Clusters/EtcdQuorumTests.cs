using ClusterPanel.Core.Clusters;

namespace ClusterPanel.Core.Tests.Clusters;

public sealed class EtcdQuorumTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 2)]
    [InlineData(4, 3)]
    [InlineData(5, 3)]
    public void Majority_EachSize_IsMoreThanHalf(int members, int expected) => Assert.Equal(expected, EtcdQuorum.Majority(members));

    [Theory]
    [InlineData("H", true)]
    [InlineData("HHH", true)]
    [InlineData("UHH", false)]
    [InlineData("HN", false)]
    public void WhyNotAdd_EachState_NeedsEveryMember(string states, bool allowed) => Assert.Equal(allowed, EtcdQuorum.WhyNotAdd(Members(states)) is null);

    // H: healthy, U: unhealthy, N: announced and not started. The first one leaves.
    [Theory]
    [InlineData("H", false)]
    [InlineData("U", false)]
    [InlineData("HH", true)]
    [InlineData("UH", false)]
    [InlineData("HU", false)]
    [InlineData("NH", false)]
    [InlineData("HHH", true)]
    [InlineData("UHH", true)]
    [InlineData("NHH", true)]
    [InlineData("HUH", false)]
    [InlineData("HNH", false)]
    [InlineData("UUH", false)]
    [InlineData("HHHH", true)]
    [InlineData("UHHH", true)]
    [InlineData("HUHH", true)]
    [InlineData("UUHH", false)]
    [InlineData("HHHHH", true)]
    [InlineData("UHHHH", true)]
    [InlineData("UUHHH", true)]
    [InlineData("HUHHH", true)]
    [InlineData("HUUHH", false)]
    [InlineData("UUUHH", false)]
    [InlineData("UHHHN", false)]
    public void WhyNotRemove_EachState_KeepsTheQuorum(string states, bool allowed)
    {
        var members = Members(states);

        var why = EtcdQuorum.WhyNotRemove(members, members[0]);

        Assert.Equal(allowed, why is null);
    }

    // L: a learner. The first one leaves.
    [Theory]
    [InlineData("LH", true)]
    [InlineData("HL", false)]
    [InlineData("LHH", true)]
    [InlineData("LHU", false)]
    [InlineData("LUHH", true)]
    [InlineData("HHL", true)]
    public void WhyNotRemove_WithALearner_CountsVotesOnly(string states, bool allowed)
    {
        var members = Members(states);

        Assert.Equal(allowed, EtcdQuorum.WhyNotRemove(members, members[0]) is null);
    }

    // h2 was installed anew at another address, took its own place, and the panel still knows the old one.
    [Fact]
    public void WhyNotRemove_MasterHasAnotherAddressNow_ItsMemberCounts()
    {
        List<ClusterMember> masters = [Master(0), Master(1), Master(2)];
        var members = Members("HHU");
        members[1] = members[1] with { PeerUrl = "https://10.0.0.99:2380" };

        Assert.Equal("h1 cannot be removed. Without it 1 of 2 members would be healthy, 2 are needed.", EtcdQuorum.WhyNotRemove(members, [masters[1]], masters));
    }

    [Fact]
    public void Leaving_NameIsAnotherMastersByNow_IsNobody()
    {
        var replacement = Master(9) with { NodeName = "h1" };
        var members = Members("HH");
        members[1] = members[1] with { PeerUrl = $"https://{replacement.Address}:2380" };

        Assert.Null(EtcdQuorum.Leaving(members, Master(1), [Master(0), Master(1), replacement]));
        Assert.Same(members[1], EtcdQuorum.Leaving(members, replacement, [Master(0), Master(1), replacement]));
    }

    private static ClusterMember Master(int i) => new(Samples.HostId(i), $"h{i}", $"h{i}", $"10.0.0.{i}", NodeRole.ControlPlane, null, "");

    private static List<EtcdMember> Members(string states) =>
        [.. states.Select((s, i) => new EtcdMember($"{i:x}", s == 'N' ? "" : $"h{i}", $"https://10.0.0.{i}:2380", s is 'H') { Learner = s == 'L' })];

    [Fact]
    public void Parse_Learner_IsOne()
    {
        const string Members = """{"members":[{"ID":1,"name":"h1","peerURLs":["https://10.0.0.11:2380"]},{"ID":2,"name":"h2","peerURLs":["https://10.0.0.12:2380"],"isLearner":true}]}""";

        Assert.Equal([false, true], EtcdQuorum.Parse(Members, "").Select(m => m.Learner));
    }

    [Fact]
    public void WhyNotRemove_Refused_ShowsTheArithmetic()
    {
        EtcdMember[] members = [new("1", "h1", "p1", true), new("2", "h2", "p2", false)];

        Assert.Equal("etcd has lost its quorum: 1 of 2 members are healthy, 2 are needed to commit any change.", EtcdQuorum.WhyNotRemove(members, members[1]));
        Assert.Equal("It is the last etcd member; removing it would lose the cluster.", EtcdQuorum.WhyNotRemove(members[..1], members[0]));
    }

    // As etcdctl 3.4.13 prints it, a learner or unstarted member without name and clientURLs.
    private const string Members34 = """
        {"header":{"cluster_id":9306250468264837113,"member_id":13803658152347727308,"raft_term":3},"members":[{"ID":10501334649042878790,"name":"h1","peerURLs":["https://10.0.0.11:2380"],"clientURLs":["https://10.0.0.11:2379"]},{"ID":13803658152347727308,"name":"h2","peerURLs":["https://10.0.0.12:2380"],"clientURLs":["https://10.0.0.12:2379"]},{"ID":18249187646912138824,"peerURLs":["https://10.0.0.13:2380"]}]}
        """;

    // As etcdctl 3.5 prints it: a learner, and an error for the endpoint that does not answer.
    private const string Members35 = """
        {"header":{"cluster_id":9306250468264837113,"member_id":10501334649042878790,"raft_term":3},"members":[{"ID":10501334649042878790,"name":"h1","peerURLs":["https://10.0.0.11:2380"],"clientURLs":["https://10.0.0.11:2379"]},{"ID":13803658152347727308,"name":"h2","peerURLs":["https://10.0.0.12:2380"],"clientURLs":["https://10.0.0.12:2379"],"isLearner":true}]}
        """;

    [Fact]
    public void Parse_Etcdctl34_HasUnstartedMembers()
    {
        var members = EtcdQuorum.Parse(Members34, """[{"endpoint":"https://10.0.0.12:2379","health":true,"took":"11.2ms"},{"endpoint":"https://10.0.0.11:2379","health":true,"took":"12.1ms"}]""");

        Assert.Equal(
            [
                new EtcdMember("91bc3c398fb3c146", "h1", "https://10.0.0.11:2380", true),
                new EtcdMember("bf9071f4639c75cc", "h2", "https://10.0.0.12:2380", true),
                new EtcdMember("fd422379fda50e48", "", "https://10.0.0.13:2380", false),
            ],
            members);
        Assert.False(members[2].Started);
    }

    [Fact]
    public void Parse_Etcdctl35WithAnError_CountsItAsUnhealthy()
    {
        var members = EtcdQuorum.Parse(Members35, """[{"endpoint":"https://10.0.0.11:2379","health":true,"took":"9ms"},{"endpoint":"https://10.0.0.12:2379","health":false,"took":"5s","error":"context deadline exceeded"}]""");

        Assert.Equal([true, false], members.Select(m => m.Healthy));
    }

    [Theory]
    [InlineData("")]
    [InlineData("  \n")]
    [InlineData("[]")]
    public void Parse_HealthUnknown_CountsAsUnhealthy(string health) => Assert.All(EtcdQuorum.Parse(Members35, health), m => Assert.False(m.Healthy));

    [Theory]
    [InlineData("", "[]")]
    [InlineData("Error: context deadline exceeded", "[]")]
    [InlineData("{}", "[]")]
    [InlineData("{\"members\":[{\"name\":\"h1\"}]}", "[]")]
    [InlineData("{\"members\":[]}", "{\"level\":\"warn\"}")]
    [InlineData("{\"members\":[]}", "https://10.0.0.11:2379 is healthy")]
    [InlineData("{\"members\":[{\"ID\":\"text\",\"peerURLs\":[]}]}", "[]")]
    public void Parse_NotEtcdctlsJson_IsAFormatError(string members, string health) => Assert.Throws<FormatException>(() => EtcdQuorum.Parse(members, health));
}
