using ClusterPanel.Core.Hosts;

namespace ClusterPanel.Core.Tests.Steps;

public sealed class ContainerRuntimeTests
{
    private readonly StepBench _bench = new("container-runtime", "h1");

    [Fact]
    public void RunAsync_Absent_InstallsAndWaitsUntilItRuns()
    {
        _bench.On("h1", "runtime", "absent", "ours stopped", "ours stopped", "right").Run();

        Assert.Equal(["h1 install-runtime"], _bench.Changes);
        Assert.Equal(1, _bench.Seconds, 0.2);
    }

    [Theory]
    [InlineData("ours stopped")]
    [InlineData("ours with another cgroup driver")]
    public void RunAsync_OursIsNotRight_InstallsItAgain(string state)
    {
        _bench.On("h1", "runtime", state, "right").Run();

        Assert.Equal(["h1 install-runtime"], _bench.Changes);
    }

    [Fact]
    public void RunAsync_Right_ChangesNothing()
    {
        _bench.On("h1", "runtime", "right").Run();

        Assert.Equal(["h1 runtime"], _bench.Did);
    }

    [Theory]
    [InlineData("foreign stopped", "stopped")]
    [InlineData("foreign without CRI", "without CRI")]
    [InlineData("foreign with another cgroup driver", "with another cgroup driver")]
    public void RunAsync_SomebodysContainerdDoesNotFit_IsLeftAlone(string state, string said)
    {
        var e = _bench.On("h1", "runtime", state).RunFails();

        Assert.Equal(FailureKind.Configuration, e.Kind);
        Assert.Contains($"its state is: {said}.", e.Message);
        Assert.Empty(_bench.Changes);
    }

    [Fact]
    public void RunAsync_NeverRuns_FailsAfterAMinute()
    {
        var e = _bench.On("h1", "runtime", "absent", "ours stopped").RunFails();

        Assert.StartsWith("ours stopped. Likely cause: ", Assert.Single(e.LastLines), StringComparison.Ordinal);
        Assert.InRange(_bench.Seconds, 60, 61.5);
    }
}
