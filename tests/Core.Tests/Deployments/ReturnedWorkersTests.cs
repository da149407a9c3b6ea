using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Deployments;
using ClusterPanel.Core.Tests.Fakes;

namespace ClusterPanel.Core.Tests.Deployments;

public sealed class ReturnedWorkersTests
{
    private readonly SteppingTime _time = new();
    private readonly FakeDeploymentStore _store;
    private readonly ReturnedWorkers _workers = new();
    private readonly Cluster _cluster = Samples.Cluster();

    public ReturnedWorkersTests()
    {
        _store = new FakeDeploymentStore(_time);
        _cluster.Status = ClusterStatus.Ready;
    }

    [Fact]
    public async Task LookAsync_WorkerIsBackWithAnotherList_SetsItOnce()
    {
        await LookAsync(Right("h4"), Right("h5"));
        await LookAsync(Right("h4"));

        var deployment = await LookAsync(Right("h4"), Wrong("h5"));
        var again = await LookAsync(Right("h4"), Wrong("h5"));

        Assert.Equal((DeploymentKind.RepairNodes, DeploymentStatus.Queued, "panel"), (deployment!.Kind, deployment.Status, deployment.CreatedBy));
        var plan = _store.Plans[deployment.Id];
        Assert.Equal("Set the list of masters on worker h5 of cluster blue", plan.Title);
        var stage = Assert.Single(plan.Stages);
        Assert.True(stage.Optional);
        Assert.Contains("MASTERS=\"10.0.0.11 10.0.0.12 10.0.0.13\"", Assert.Single(stage.Hosts).Commands.Single(c => c.Key == "install").Script, StringComparison.Ordinal);
        Assert.Null(again);
    }

    [Fact]
    public async Task LookAsync_FirstLookOfThisPanel_SetsAListThatIsNotRight() => Assert.NotNull(await LookAsync(Right("h4"), Wrong("h5")));

    [Fact]
    public async Task LookAsync_ListOfAWorkerThatAnswered_IsLeftToTheOperator()
    {
        await LookAsync(Right("h4"), Right("h5"));

        Assert.Null(await LookAsync(Right("h4"), Wrong("h5")));
    }

    [Fact]
    public async Task LookAsync_AnotherDeploymentIsNotFinished_WaitsForIt()
    {
        await LookAsync(Right("h4"));
        var other = new Deployment { ClusterId = _cluster.Id, ClusterName = _cluster.Name, Kind = DeploymentKind.AddNodes, Status = DeploymentStatus.Running, CreatedBy = "olga", CreatedAt = _time.GetUtcNow() };
        _store.Deployments[other.Id] = other;

        var during = await LookAsync(Right("h4"), Wrong("h5"));
        _store.Deployments.Clear();
        var after = await LookAsync(Right("h4"), Wrong("h5"));

        Assert.Null(during);
        Assert.NotNull(after);
    }

    [Theory]
    [InlineData(DeploymentStatus.Failed)]
    [InlineData(DeploymentStatus.Canceled)]
    [InlineData(DeploymentStatus.Interrupted)]
    public async Task LookAsync_ChangeWasStopped_LeavesItToBeContinued(DeploymentStatus status)
    {
        var stopped = new Deployment { ClusterId = _cluster.Id, ClusterName = _cluster.Name, Kind = DeploymentKind.AddNodes, Status = status, CreatedBy = "olga", CreatedAt = _time.GetUtcNow() };
        _store.Deployments[stopped.Id] = stopped;

        var before = await LookAsync(Right("h4"), Wrong("h5"));
        stopped.Status = DeploymentStatus.Succeeded;
        var after = await LookAsync(Right("h4"), Wrong("h5"));

        Assert.Null(before);
        Assert.NotNull(after);
    }

    [Theory]
    [InlineData(ClusterStatus.Creating)]
    [InlineData(ClusterStatus.Removed)]
    public async Task LookAsync_ClusterIsNotReady_DoesNothing(ClusterStatus status)
    {
        _cluster.Status = status;

        Assert.Null(await LookAsync(Wrong("h4"), Wrong("h5")));
    }

    [Fact]
    public async Task LookAsync_BalancerDoesNotRun_IsLeftToTheOperator() => Assert.Null(await LookAsync(Right("h4"), new BalancerState(Member("h5"), "", [])));

    private Task<Deployment?> LookAsync(params BalancerState[] answers) => _workers.LookAsync(
        _cluster,
        new ClusterHealth([], null, answers, [], [.. _cluster.Spec.Workers.Where(w => answers.All(a => a.Worker.HostId != w.HostId)).Select(w => (w, "no route"))], [], _time.GetUtcNow()),
        _store,
        _time,
        TestContext.Current.CancellationToken);

    private BalancerState Right(string worker) => State(worker, [.. _cluster.Spec.ControlPlane.Select(m => m.Address)]);

    private BalancerState Wrong(string worker) => State(worker, ["10.0.0.11"]);

    private BalancerState State(string worker, params string[] masters) =>
        new(Member(worker), "nftables", [.. masters.Select(m => new BalancedMaster(m, BalancedState.In, "200", TimeSpan.Zero, 0))]);

    private ClusterMember Member(string name) => _cluster.Spec.Workers.Single(w => w.HostName == name);
}
