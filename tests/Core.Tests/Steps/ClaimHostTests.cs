using ClusterPanel.Core.Deployments;
using ClusterPanel.Core.Hosts;
using ClusterPanel.Core.Tests.Fakes;

namespace ClusterPanel.Core.Tests.Steps;

public sealed class ClaimHostTests
{
    private readonly StepBench _bench = new("claim-host", "h2");

    [Theory]
    [InlineData("free")]
    [InlineData("owned")]
    public void RunAsync_FreeOrOurs_ClaimsIt(string state)
    {
        _bench.On("h2", "owned", state).Run();

        Assert.Equal(["h2 owned", "h2 claim"], _bench.Did);
    }

    [Fact]
    public void RunAsync_LeftoverOfAnotherKubernetes_IsRefusedWithoutAChange()
    {
        var e = _bench.On("h2", "owned", "leftover /etc/kubernetes/admin.conf").RunFails();

        Assert.Equal(FailureKind.Configuration, e.Kind);
        Assert.Contains("/etc/kubernetes/admin.conf", e.Message);
        Assert.Equal(["h2 owned"], _bench.Did);
    }

    [Fact]
    public void RunAsync_HostOfAnotherCluster_Fails()
    {
        var e = _bench.On("h2", "owned", "owned").On("h2", "claim", FakeSessions.Result(Fence.Foreign, "", "this host belongs to cluster x\n")).RunFails();

        Assert.Equal(FailureKind.Configuration, e.Kind);
    }
}
