using ClusterPanel.Core.Kubeadm;
using ClusterPanel.Core.Tests.Fakes;

namespace ClusterPanel.Core.Tests.Steps;

public sealed class JoinWorkerTests
{
    private const string Token = "abcdef.0123456789abcdef";

    private readonly StepBench _bench = new StepBench("join-worker", "h4")
        .On("h1", "api-ready", "").On("h1", "ca", TestCa.Pem).On("h1", "token", Token + "\n");

    [Fact]
    public void RunAsync_Absent_Joins()
    {
        _bench.On("h4", "state", "absent", "joined").Run();

        Assert.Equal(["h1 token", "h4 join"], _bench.Changes);
        Assert.Equal($"{Token}\n{JoinMaterial.CaHash(TestCa.Pem)}\n", _bench.Inputs["join"]);
        Assert.DoesNotContain(_bench.Store.LogTexts, t => t.Contains(Token, StringComparison.Ordinal));
    }

    [Fact]
    public void RunAsync_Joined_ChangesNothing()
    {
        _bench.On("h4", "state", "joined").Run();

        Assert.Equal(["h4 state"], _bench.Did);
    }

    [Fact]
    public void RunAsync_HalfJoined_UndoesAndJoinsAnew()
    {
        _bench.On("h4", "state", "partial", "joined").Run();

        Assert.Equal(["h1 remove-node", "h4 forget undo", "h4 undo", "h4 forget join", "h1 token", "h4 join"], _bench.Changes);
    }

    [Fact]
    public void RunAsync_KubeletDoesNotRunAfterwards_Fails()
    {
        var e = _bench.On("h4", "state", "absent", "partial").RunFails();

        Assert.Equal(["its state is: partial"], e.LastLines);
    }

    [Fact]
    public void RunAsync_JoinFailsOnce_IsUndoneAndTriedAgain()
    {
        _bench.On("h4", "state", "absent", "partial", "joined").On("h4", "join", FakeSessions.Result(1, "", "timed out\n"), FakeSessions.Ok("")).Run();

        Assert.Equal(["h1 token", "h4 join", "h4 forget join", "h1 remove-node", "h4 forget undo", "h4 undo", "h4 forget join", "h1 token", "h4 join"], _bench.Changes);
    }

    [Fact]
    public void RunAsync_JoinFailsTwice_FailsWithItsExitCode() =>
        Assert.Equal(3, _bench.On("h4", "state", "absent").On("h4", "join", FakeSessions.Result(3, "", "timed out\n")).RunFails().ExitCode);

    [Fact]
    public void RunAsync_CaCannotBeRead_FailsAndSaysSo()
    {
        var e = _bench.On("h4", "state", "absent").On("h1", "ca", FakeSessions.Result(1, "", "cat: No such file\n")).RunFails();

        Assert.Equal("h1", e.HostName);
        Assert.DoesNotContain("h4 join", _bench.Did);
    }
}
