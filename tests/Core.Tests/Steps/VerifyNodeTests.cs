using ClusterPanel.Core.Tests.Clusters;
using ClusterPanel.Core.Tests.Fakes;

namespace ClusterPanel.Core.Tests.Steps;

public sealed class VerifyNodeTests : IAsyncDisposable
{
    private readonly FakeDns _dns = new("10.96.0.1");
    private readonly StepBench _worker = new StepBench("verify-node", "h4").On("h1", "api-ready", "").On("h4", "vip-ready", "").On("h4", "record", "there").On("h4", "read-record", "the record").On("h1", "node", "True 10:00:00", "True 10:00:10");
    private readonly StepBench _master = new StepBench("verify-node", "h2").On("h2", "connections", "").On("h2", "record", "there").On("h2", "read-record", "the record").On("h2", "etcd", "right\n").On("h2", "node", "True 10:00:00", "True 10:00:10");

    public VerifyNodeTests()
    {
        _worker.Sessions.OnForward = (_, _, _) => new FakeForward(_dns.Port);
        _master.Sessions.OnForward = _worker.Sessions.OnForward;
    }

    public ValueTask DisposeAsync() => _dns.DisposeAsync();

    [Fact]
    public void RunAsync_WorkerWithAFreshLease_Succeeds()
    {
        _worker.Run();

        Assert.Equal(["h1 api-ready", "h1 node", "h1 node", "h4 vip-ready", "h4 record", "h4 read-record"], _worker.Did);
        Assert.Equal("the record"u8, _worker.Clusters.Records[Samples.HostId(4)]);
    }

    [Fact]
    public void RunAsync_HostHasLostItsRecord_IsGivenThePanelsCopyWhichStays()
    {
        _worker.Clusters.Records[Samples.HostId(4)] = [.. "as it was"u8];

        _worker.On("h4", "record", "missing").Run();

        Assert.Equal(["h4 restore-record"], _worker.Changes);
        Assert.Equal("as it was", _worker.Inputs["restore-record"]);
        Assert.Equal("as it was"u8, _worker.Clusters.Records[Samples.HostId(4)]);
    }

    [Fact]
    public void RunAsync_Master_IsAskedItselfAndLooksForOldConnections()
    {
        _master.Run();

        Assert.Equal(["h2 etcd", "h2 node", "h2 node", "h2 connections", "h2 record", "h2 read-record"], _master.Did);
    }

    [Fact]
    public void RunAsync_KubeletRefusedEtcd_RestartsKubelet()
    {
        _master.On("h2", "etcd", "refused\n", "its etcd does not answer\n", "right\n").Run();

        Assert.Equal(["h2 restart-kubelet"], _master.Changes);
    }

    [Fact]
    public void RunAsync_EtcdDoesNotAnswer_FailsAfterThreeMinutes()
    {
        var e = _master.On("h2", "etcd", "its etcd does not answer\n").RunFails();

        Assert.StartsWith("its etcd does not answer. Likely cause: ", Assert.Single(e.LastLines), StringComparison.Ordinal);
        Assert.InRange(_master.Seconds, 180, 182);
    }

    [Fact]
    public void RunAsync_LeaseIsNotRenewed_FailsAfterFiveMinutes()
    {
        var e = _worker.On("h1", "node", "True 10:00:00").RunFails();

        Assert.StartsWith("its Lease is of 10:00:00, from before this step. Likely cause: ", Assert.Single(e.LastLines), StringComparison.Ordinal);
        Assert.InRange(_worker.Seconds, 300, 302);
    }

    [Fact]
    public void RunAsync_NodeIsNotReady_Fails()
    {
        var e = _worker.On("h1", "node", "False 10:00:00", "False 10:00:10").RunFails();

        Assert.StartsWith("its Ready condition is False. Likely cause: ", Assert.Single(e.LastLines), StringComparison.Ordinal);
    }

    [Fact]
    public void RunAsync_MasterStillTalksToAnother_Fails()
    {
        var e = _master.On("h2", "connections", FakeSessions.Result(1, "still connected: 1 10.0.0.11:6443;\n", "")).RunFails();

        Assert.StartsWith("still connected: 1 10.0.0.11:6443;. Likely cause: ", Assert.Single(e.LastLines), StringComparison.Ordinal);
    }

    [Fact]
    public void RunAsync_DnsAnswersAnotherAddress_Fails()
    {
        _dns.Answer = "10.96.0.99";

        var e = _worker.RunFails();

        Assert.StartsWith("kubernetes.default.svc.cluster.local is [10.96.0.99], not 10.96.0.1. Likely cause: ", Assert.Single(e.LastLines), StringComparison.Ordinal);
    }

    [Fact]
    public void RunAsync_ForwardToDns_GoesFromTheNodeToTheTenthServiceAddress()
    {
        var forwards = new List<string>();
        _worker.Sessions.OnForward = (host, address, port) =>
        {
            forwards.Add($"{host.Name} {address}:{port}");
            return new FakeForward(_dns.Port);
        };

        _worker.Run();

        Assert.Equal(["h4 10.96.0.10:53"], forwards);
    }
}
