using ClusterPanel.Core.Tests.Fakes;

namespace ClusterPanel.Core.Tests.Steps;

public sealed class InstallLoadBalancerTests
{
    private readonly StepBench _bench = new StepBench("load-balancer", "h4").On("h1", "api-ready", "").On("h1", "ca", TestCa.Pem).On("h4", "vip-ready", "");

    [Fact]
    public void RunAsync_NotInstalled_InstallsWithTheClustersCa()
    {
        _bench.On("h4", "installed", "the unit does not run").Run();

        Assert.Equal(["h4 installed", "h1 api-ready", "h1 ca", "h4 install", "h4 vip-ready"], _bench.Did);
        Assert.Equal(TestCa.Pem, _bench.Inputs["install"]);
    }

    [Fact]
    public void RunAsync_Installed_OnlyAsksThroughTheVip()
    {
        _bench.On("h4", "installed", "right").Run();

        Assert.Equal(["h4 installed", "h4 vip-ready"], _bench.Did);
    }

    [Fact]
    public void RunAsync_VipNeverAnswers_FailsAfterAMinute()
    {
        var e = _bench.On("h4", "installed", "right").On("h4", "vip-ready", FakeSessions.Result(1, "/readyz through the VIP answers 000\n", "")).RunFails();

        Assert.StartsWith("/readyz through the VIP answers 000. Likely cause: ", Assert.Single(e.LastLines), StringComparison.Ordinal);
        Assert.InRange(_bench.Seconds, 60, 61.5);
    }

    [Fact]
    public void RunAsync_CaCannotBeRead_InstallsNothing()
    {
        _bench.On("h4", "installed", "the unit does not run").On("h1", "ca", FakeSessions.Result(1, "", "cat: No such file\n")).RunFails();

        Assert.Empty(_bench.Changes);
    }
}
