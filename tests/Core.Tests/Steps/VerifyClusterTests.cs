using ClusterPanel.Core.Tests.Fakes;

namespace ClusterPanel.Core.Tests.Steps;

public sealed class VerifyClusterTests
{
    private readonly StepBench _bench = new StepBench("verify-cluster", "h1").On("h1", "api-ready", "").On("h1", "nodes", "h5 h1 h3 h2 h4");

    [Fact]
    public void RunAsync_EverythingIsAsPlanned_Succeeds()
    {
        _bench.On("h1", "members", Etcdctl.Members("h1", "h2!", "h3"), Etcdctl.Members("h1", "h2", "h3")).Run();

        Assert.Equal(["h1 api-ready", "h1 nodes", "h1 members", "h1 members"], _bench.Did);
        Assert.Contains("5 nodes, 3 etcd members, all healthy.", _bench.Store.LogTexts);
    }

    [Fact]
    public void RunAsync_MasterWasRebooted_WaitsForItsApi()
    {
        _bench.On("h1", "api-ready", FakeSessions.Result(1, "/readyz answers 000\n", ""), FakeSessions.Ok("")).On("h1", "members", Etcdctl.Members("h1", "h2", "h3")).Run();

        Assert.Equal(["h1 api-ready", "h1 api-ready", "h1 nodes", "h1 members"], _bench.Did);
    }

    [Theory]
    [InlineData("h1 h2 h3 h4")]
    [InlineData("h1 h2 h3 h4 h5 h6")]
    [InlineData("")]
    public void RunAsync_OtherNodesThanPlanned_Fails(string nodes)
    {
        var e = _bench.On("h1", "nodes", nodes).RunFails();

        Assert.StartsWith("planned: h1, h2, h3, h4, h5; there: ", e.LastLines[0]);
    }

    [Theory]
    [InlineData("h1", "h2", "h3!")]
    [InlineData("h1", "h2", "h3?")]
    [InlineData("h1", "h2")]
    [InlineData("h1", "h2", "h3", "h4")]
    public void RunAsync_MembersAreNotTheHealthyMasters_FailsAfterTwoMinutes(params string[] members)
    {
        var e = _bench.On("h1", "members", Etcdctl.Members(members)).RunFails();

        Assert.StartsWith("members: h1 healthy, ", e.LastLines[0]);
        Assert.InRange(_bench.Seconds, 300, 301.5);
    }

    [Fact]
    public void RunAsync_EtcdDoesNotAnswer_Fails() =>
        Assert.Equal("h1", _bench.On("h1", "members", FakeSessions.Result(1, "", "context deadline exceeded\n")).RunFails().HostName);
}
