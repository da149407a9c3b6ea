using ClusterPanel.Core.Hosts;

namespace ClusterPanel.Core.Tests.Steps;

public sealed class SnapshotEtcdTests
{
    private readonly StepBench _bench = new StepBench("snapshot-etcd", "h3").On("h1", "api-ready", "");

    [Fact]
    public void RunAsync_QuorumStays_KeepsASnapshotOnAMasterThatStays()
    {
        _bench.On("h1", "members", Etcdctl.Members("h1", "h2", "h3")).Run();

        Assert.Equal(["h1 snapshot"], _bench.Changes);
    }

    [Fact]
    public void RunAsync_AnotherMemberIsSick_IsRefusedBeforeAnythingChanges()
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

    [Fact]
    public void RunAsync_DiskOfThatMasterIsFull_Fails()
    {
        var e = _bench.On("h1", "members", Etcdctl.Members("h1", "h2", "h3")).On("h1", "snapshot", ClusterPanel.Core.Tests.Fakes.FakeSessions.Result(1, "", "no space left on device\n")).RunFails();

        Assert.Equal("h1", e.HostName);
    }
}
