using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Hosts;
using ClusterPanel.Core.Tests.Fakes;

namespace ClusterPanel.Core.Tests.Steps;

public sealed class DrainNodeTests
{
    private readonly StepBench _bench = new StepBench("drain-node", "h4").On("h1", "api-ready", "").On("h1", "node", "node/h4\n").On("h1", "budgets", "default/db 1 3 2\ndefault/web 0 2 2\n");

    [Fact]
    public void RunAsync_PodsGoAtOnce_CordonsAndDrainsOnAMaster()
    {
        _bench.Run();

        Assert.Equal(["h1 cordon", "h1 drain"], _bench.Changes);
    }

    // A machine of the same name took its place, or was to.
    [Theory]
    [InlineData("10.0.0.99\n", false)]
    [InlineData("10.0.0.99 2001:db8::99\n", false)]
    [InlineData("10.0.0.13\n", true)]
    [InlineData("", true)]
    public void RunAsync_AnotherMemberHasTheName_DrainsItsOwnNodeOnly(string address, bool drains)
    {
        var bench = new StepBench("drain-node", "h3", "10.0.0.99", NodeRole.ControlPlane).On("h1", "api-ready", "").On("h1", "node", "node/h3\n").On("h1", "whose", address);

        bench.Run();

        Assert.Equal(drains ? ["h1 cordon", "h1 drain"] : [], bench.Changes);
        Assert.Equal(!drains, bench.Store.LogTexts.Contains("The Node h3 is twin's at 10.0.0.99, which stays: it is left alone."));
    }

    [Fact]
    public void RunAsync_BudgetAllowsItLater_WaitsForIt()
    {
        var refused = FakeSessions.Result(1, "", "Cannot evict pod as it would violate the pod's disruption budget.\n");

        _bench.On("h1", "drain", refused, refused, FakeSessions.Ok("")).Run();

        Assert.Equal(3, _bench.Changes.Count(c => c == "h1 drain"));
    }

    [Fact]
    public void RunAsync_BudgetNeverAllowsIt_FailsAtTheLimitAndSaysWhatIsInTheWay()
    {
        var e = _bench.On("h1", "drain", FakeSessions.Result(1, "", "error when evicting pods/\"web-0\": Cannot evict pod as it would violate the pod's disruption budget.\n")).RunFails();

        Assert.Equal(FailureKind.Permanent, e.Kind);
        Assert.Contains("pods/\"web-0\"", e.Message, StringComparison.Ordinal);
        Assert.Contains("PodDisruptionBudget default/web allows no eviction now: 2 of its pods are healthy, 2 must be.", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("default/db", e.Message, StringComparison.Ordinal);
        Assert.InRange(_bench.Seconds, 300, 302);
    }

    [Fact]
    public void RunAsync_NoSuchNode_ChangesNothing()
    {
        _bench.On("h1", "node", "").Run();

        Assert.Empty(_bench.Changes);
    }
}
