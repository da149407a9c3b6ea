using ClusterPanel.Core.Hosts;
using ClusterPanel.Core.Kubeadm;
using ClusterPanel.Core.Pki;
using ClusterPanel.Core.Tests.Fakes;

namespace ClusterPanel.Core.Tests.Steps;

public sealed class JoinControlPlaneTests
{
    private const string Token = "abcdef.0123456789abcdef";

    // h2 joins while h1 is the only master there is.
    private readonly StepBench _bench = new StepBench("join-control-plane", "h2")
        .On("h1", "api-ready", "").On("h3", "api-ready", FakeSessions.Result(1, "there is no API server here\n", "")).On("h2", "api-ready", "")
        .On("h1", "pki", TestPki.Result(JoinMaterial.PkiFiles)).On("h1", "sans", "10.0.0.11\n").On("h1", "ca", TestCa.Pem).On("h1", "token", Token + "\n")
        .On("h2", "connections", "").On("h1", "members", Etcdctl.Members("h1")).On("h2", "members", Etcdctl.Members("h1", "h2"))
        .On("h3", "members", FakeSessions.Result(1, "", "there is no etcd here\n")).On("h1", "begins-anew", "no").On("h3", "begins-anew", "no");

    [Fact]
    public void RunAsync_HalfDoneJoinCannotBeUndone_FailsInsteadOfTakingItForJoined()
    {
        var e = _bench.On("h2", "state", "partial").On("h1", "members", Etcdctl.Members("h1", "h3")).RunFails();

        Assert.Contains("The half-done join could not be undone", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void RunAsync_Absent_JoinsThroughAnotherMasterAndEndsAtItsOwn()
    {
        _bench.On("h2", "state", "absent").Run();

        Assert.Equal(["h1 snapshot", "h2 point-elsewhere", "h2 copy-pki", "h1 token", "h2 join", "h2 point-here", "h2 restart-kube-proxy"], _bench.Changes);
        Assert.Equal("10.0.0.11\n", _bench.Inputs["point-elsewhere"]);
        Assert.Contains("pki/apiserver.crt", FileArchive.Read(System.Text.Encoding.ASCII.GetBytes(_bench.Inputs["copy-pki"])).Names);
        Assert.Equal($"{Token}\n{JoinMaterial.CaHash(TestCa.Pem)}\n", _bench.Inputs["join"]);
    }

    [Fact]
    public void RunAsync_FirstMasterIsDead_JoinsThroughAnother()
    {
        _bench.Sessions.OnOpen = host =>
        {
            if (host.Name == "h1")
            {
                throw new HostUnreachableException("h1", "h1 does not answer.");
            }
        };
        _bench.On("h3", "api-ready", "").On("h3", "members", Etcdctl.Members("h1", "h3")).On("h3", "pki", TestPki.Result(JoinMaterial.PkiFiles)).On("h3", "sans", "10.0.0.11\n").On("h3", "ca", TestCa.Pem).On("h3", "token", Token);

        _bench.On("h2", "state", "absent").Run();

        Assert.Equal("10.0.0.13\n", _bench.Inputs["point-elsewhere"]);
        Assert.Contains("h3 token", _bench.Did);
    }

    [Fact]
    public void RunAsync_FirstMasterRefusesTheLogin_JoinsThroughAnother()
    {
        _bench.Sessions.OnOpen = host =>
        {
            if (host.Name == "h1")
            {
                throw new HostAuthenticationException("h1", "h1 refused the password.");
            }
        };
        _bench.On("h3", "api-ready", "").On("h3", "members", Etcdctl.Members("h1", "h3")).On("h3", "pki", TestPki.Result(JoinMaterial.PkiFiles)).On("h3", "sans", "10.0.0.11\n").On("h3", "ca", TestCa.Pem).On("h3", "token", Token);

        _bench.On("h2", "state", "absent").Run();

        Assert.Equal("10.0.0.13\n", _bench.Inputs["point-elsewhere"]);
    }

    [Fact]
    public void RunAsync_NoMasterIsReady_FailsAndSaysWhatEachOneSays()
    {
        var e = _bench.On("h2", "state", "absent").On("h1", "api-ready", FakeSessions.Result(1, "/readyz answers 500\n", "")).RunFails();

        Assert.StartsWith("h1: /readyz answers 500; h3: there is no API server here. Likely cause: ", Assert.Single(e.LastLines), StringComparison.Ordinal);
        Assert.Empty(_bench.Changes);
    }

    [Fact]
    public void RunAsync_KubeProxyHoldsTheOldAddress_RestartsItAgain()
    {
        var still = FakeSessions.Result(1, "still connected: 1 10.0.0.11:6443;\n", "");
        _bench.On("h2", "state", "joined").On("h1", "members", Etcdctl.Members("h1", "h2")).On("h2", "connections", [.. Enumerable.Repeat(still, 65), FakeSessions.Ok("")]).Run();

        Assert.Equal(["h2 point-here", "h2 restart-kube-proxy", "h2 restart-kube-proxy"], _bench.Changes);
    }

    [Fact]
    public void RunAsync_JoinedAndNoMemberOfEtcdAnyMore_IsUndoneAndJoinsAnew()
    {
        _bench.On("h2", "state", "joined", "absent").On("h1", "members", Etcdctl.Members("h1")).Run();

        Assert.Equal(["h1 remove-node", "h2 undo", "h1 snapshot", "h2 point-elsewhere"], _bench.Changes.Where(c => !c.Contains("forget", StringComparison.Ordinal)).Take(4));
    }

    [Fact]
    public void RunAsync_Joined_OnlyPointsTheNameHere()
    {
        _bench.On("h2", "state", "joined").On("h1", "members", Etcdctl.Members("h1", "h2")).Run();

        Assert.Equal(["h2 point-here", "h2 restart-kube-proxy"], _bench.Changes);
    }

    [Fact]
    public void RunAsync_HalfJoinedMember_IsRemovedUnderTheQuorumGateAndJoinsAnew()
    {
        _bench.On("h2", "state", "partial", "absent").On("h1", "members", Etcdctl.Members("h1", "h2", "h3"), Etcdctl.Members("h1", "h2", "h3"), Etcdctl.Members("h1", "h3")).Run();

        Assert.Equal(
            ["h1 remove-member", "h1 remove-node", "h2 forget undo", "h2 undo", "h2 forget join", "h1 snapshot", "h2 point-elsewhere", "h2 copy-pki", "h1 token", "h2 join", "h2 point-here", "h2 restart-kube-proxy"],
            _bench.Changes);
        Assert.Equal("ac\n", _bench.Inputs["remove-member"]);
    }

    [Fact]
    public void RunAsync_RemovalWouldLoseTheQuorum_IsRefusedWithTheArithmetic()
    {
        var e = _bench.On("h2", "state", "partial").On("h1", "members", Etcdctl.Members("h1", "h2?")).RunFails();

        Assert.Contains("1 of 2", e.Message);
        Assert.Empty(_bench.Changes);
    }

    [Fact]
    public void RunAsync_EtcdWasLeftWhileItBeganAnew_IsBroughtToItsEndFirst()
    {
        _bench.On("h2", "state", "partial", "absent").On("h1", "begins-anew", "yes").Run();

        Assert.Equal(["h1 begin-anew", "h1 remove-node", "h2 forget undo", "h2 undo"], _bench.Changes.Take(4));
    }

    [Fact]
    public void RunAsync_AnnouncedMemberTookTheQuorumAway_BeginsEtcdAnewAndThenUndoes()
    {
        _bench.On("h2", "state", "partial", "absent").On("h1", "members", Etcdctl.Members("h1!", "h2?"), Etcdctl.Members("h1")).Run();

        Assert.Equal(
            ["h1 begin-anew", "h1 remove-node", "h2 forget undo", "h2 undo", "h2 forget join", "h1 snapshot", "h2 point-elsewhere", "h2 copy-pki", "h1 token", "h2 join", "h2 point-here", "h2 restart-kube-proxy"],
            _bench.Changes);
        Assert.Contains(_bench.Store.LogTexts, t => t.StartsWith("etcd on h1 has lost its quorum", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("h1!", "h2!")]
    [InlineData("h1!", "h2?", "h3!")]
    public void RunAsync_QuorumIsLostOtherwise_LeavesEtcdAlone(params string[] members)
    {
        _bench.On("h2", "state", "partial").On("h1", "members", Etcdctl.Members(members)).RunFails();

        Assert.Empty(_bench.Changes);
    }

    [Fact]
    public void RunAsync_HalfJoinedWithoutAMember_RemovesNone()
    {
        _bench.On("h2", "state", "partial", "absent").On("h1", "members", Etcdctl.Members("h1")).Run();

        Assert.DoesNotContain("h1 remove-member", _bench.Did);
        Assert.Contains("h1 remove-node", _bench.Did);
        Assert.Contains("h2 join", _bench.Did);
    }

    [Fact]
    public void RunAsync_MembersCannotBeRead_UndoesNothing()
    {
        _bench.On("h2", "state", "partial").On("h1", "members", FakeSessions.Result(1, "", "context deadline exceeded\n")).RunFails();

        Assert.Empty(_bench.Changes);
    }

    [Fact]
    public void RunAsync_KeysCannotBeRead_FailsWithoutShowingAnyOfThem()
    {
        const string Key = "MIIEpAIBAAKCAQEAnotarealkeybutitlookslikeone";
        _bench.On("h2", "state", "absent").On("h1", "pki", FakeSessions.Result(2, $"ca.key\n{Key}\n", "tar: sa.key: Cannot stat: No such file\n"));

        var e = _bench.RunFails();

        Assert.Contains("sa.key: Cannot stat", e.Message);
        Assert.DoesNotContain(e.LastLines, l => l.Contains(Key, StringComparison.Ordinal));
        Assert.DoesNotContain(_bench.Store.LogTexts, t => t.Contains(Key, StringComparison.Ordinal));
    }

    [Fact]
    public void RunAsync_CaCannotBeRead_FailsAndSaysSo()
    {
        var e = _bench.On("h2", "state", "absent").On("h1", "ca", FakeSessions.Result(1, "", "cat: No such file\n")).RunFails();

        Assert.Equal("h1", e.HostName);
        Assert.DoesNotContain("h2 join", _bench.Did);
    }

    [Fact]
    public void RunAsync_JoinFails_FailsWithItsExitCode()
    {
        var e = _bench.On("h2", "state", "absent").On("h2", "join", FakeSessions.Result(1, "", $"couldn't validate the identity, token {Token}\n")).RunFails();

        Assert.Equal(1, e.ExitCode);
        Assert.DoesNotContain("h2 point-here", _bench.Did);
    }

    [Fact]
    public void RunAsync_Token_IsInNoLogLine()
    {
        _bench.On("h2", "state", "absent").On("h2", "join", FakeSessions.Result(0, $"using token {Token}\n", "")).Run();

        Assert.Contains(_bench.Store.LogTexts, t => t == "using token [redacted]");
        Assert.DoesNotContain(_bench.Store.LogTexts, t => t.Contains(Token, StringComparison.Ordinal));
    }

    [Fact]
    public void RunAsync_MemberNeverStarts_FailsAndShowsTheMembers()
    {
        var e = _bench.On("h2", "state", "joined").On("h1", "members", Etcdctl.Members("h1", "h2?")).On("h2", "members", Etcdctl.Members("h1", "h2?")).RunFails();

        Assert.StartsWith("members: h1 healthy, https://10.0.0.12:2380 not healthy. Likely cause: ", Assert.Single(e.LastLines), StringComparison.Ordinal);
    }

    [Fact]
    public void RunAsync_JoinFailsOnce_IsUndoneAndTriedAgain()
    {
        _bench.On("h2", "state", "absent", "partial", "absent").On("h2", "join", FakeSessions.Result(1, "", "etcdserver: request timed out\n"), FakeSessions.Ok("")).Run();

        Assert.Equal(2, _bench.Changes.Count(c => c == "h2 join"));
        Assert.Contains("h2 undo", _bench.Changes);
        Assert.Contains(_bench.Store.LogTexts, t => t.Contains("tried once more", StringComparison.Ordinal));
    }

    [Fact]
    public void RunAsync_JoinFailsTwice_Fails()
    {
        var e = _bench.On("h2", "state", "absent").On("h2", "join", FakeSessions.Result(1, "", "[ERROR Port-10250]: Port 10250 is in use\n")).RunFails();

        Assert.Contains("Port 10250", e.Message, StringComparison.Ordinal);
        Assert.Equal(2, _bench.Changes.Count(c => c == "h2 join"));
    }
}
