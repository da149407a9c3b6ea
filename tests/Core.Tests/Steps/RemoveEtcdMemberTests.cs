using ClusterPanel.Core.Hosts;

namespace ClusterPanel.Core.Tests.Steps;

public sealed class RemoveEtcdMemberTests
{
    private readonly StepBench _bench = new StepBench("remove-etcd-member", "h3").On("h1", "api-ready", "");

    [Fact]
    public void RunAsync_QuorumStays_IsRemovedThroughAMasterThatStays()
    {
        _bench.On("h1", "members", Etcdctl.Members("h1", "h2", "h3"), Etcdctl.Members("h1", "h2")).Run();

        Assert.Equal(["h3 stop-control-plane", "h1 remove-member"], _bench.Changes);
        Assert.Equal("ad\n", _bench.Inputs["remove-member"]);
    }

    [Fact]
    public void RunAsync_LeavingMasterIsSick_IsRemovedAllTheSame()
    {
        _bench.On("h1", "members", Etcdctl.Members("h1", "h2", "h3!"), Etcdctl.Members("h1", "h2")).Run();

        Assert.Equal(["h3 stop-control-plane", "h1 remove-member"], _bench.Changes);
    }

    [Fact]
    public void RunAsync_AnotherMemberIsSick_IsRefusedWithTheArithmetic()
    {
        var e = _bench.On("h1", "members", Etcdctl.Members("h1", "h2!", "h3")).RunFails();

        Assert.Equal(FailureKind.Configuration, e.Kind);
        Assert.Contains("Without it 1 of 2 members would be healthy, 2 are needed.", e.Message, StringComparison.Ordinal);
        Assert.Empty(_bench.Changes);
    }

    [Fact]
    public void RunAsync_NotAMember_ChangesNothing()
    {
        _bench.On("h1", "members", Etcdctl.Members("h1", "h2")).Run();

        Assert.Empty(_bench.Changes);
    }
}
