using ClusterPanel.Core.Tests.Fakes;

namespace ClusterPanel.Core.Tests.Steps;

public sealed class PodNetworkTests
{
    private readonly StepBench _bench = new StepBench("pod-network", "h1").On("h1", "api-ready", "");

    [Fact]
    public void RunAsync_Applies_AndLooks()
    {
        _bench.On("h1", "applied", "applied").Run();

        Assert.Equal(["h1 api-ready", "h1 apply", "h1 applied"], _bench.Did);
    }

    [Fact]
    public void RunAsync_ApplyFails_Fails() =>
        Assert.Equal(1, _bench.On("h1", "apply", FakeSessions.Result(1, "", "connection refused\n")).RunFails().ExitCode);

    [Fact]
    public void RunAsync_SomethingOfTheManifestIsNotThere_Fails() =>
        Assert.Contains("not found", _bench.On("h1", "applied", FakeSessions.Result(1, "", "daemonset \"cni\" not found\n")).RunFails().Message);
}
