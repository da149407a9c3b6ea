using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Deployments;
using ClusterPanel.Core.Hosts;
using ClusterPanel.Core.Plans;
using ClusterPanel.Core.Tests.Fakes;
using Microsoft.Extensions.Time.Testing;

namespace ClusterPanel.Core.Tests.Deployments;

public sealed class DeploymentServiceTests
{
    private readonly FakeDeploymentStore _store = new(TimeProvider.System);
    private readonly FakeHostStore _hosts = new(Enumerable.Range(1, 5).Select(Samples.Host));
    private readonly FakeClusterStore _clusters = new();
    private readonly DeploymentService _service;
    private readonly ClusterRequest _request = new()
    {
        Name = "blue",
        PackageId = Samples.PackageId,
        MasterHostIds = [Samples.HostId(1)],
        WorkerHostIds = [Samples.HostId(4)],
    };

    public DeploymentServiceTests() => _service = new DeploymentService(new FakeAccess(), _store, _hosts, new FakePackageStore(Samples.Package()), _clusters, new FakeTimeProvider(Samples.Now));

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task StartAsync_PlanThatWasShown_IsStoredQueued()
    {
        var preview = await _service.PreviewAsync(_request, Stop);

        var deployment = await _service.StartAsync(_request, preview.Hash, Stop);

        Assert.Equal((DeploymentStatus.Queued, "olga", Samples.Now, "blue"), (deployment.Status, deployment.CreatedBy, deployment.CreatedAt, deployment.ClusterName));
        Assert.Equal(preview.Hash, _store.Plans[deployment.Id].Hash());
        var cluster = Assert.Single(_store.Clusters);
        Assert.Equal((_request.ClusterId, ClusterStatus.Creating), (cluster.Id, cluster.Status));
    }

    [Fact]
    public async Task PreviewAsync_Twice_IsTheSamePlan() =>
        Assert.Equal((await _service.PreviewAsync(_request, Stop)).Hash, (await _service.PreviewAsync(_request, Stop)).Hash);

    [Fact]
    public async Task StartAsync_SomethingChangedSince_IsAConflictAndStoresNothing()
    {
        var preview = await _service.PreviewAsync(_request, Stop);
        _hosts.Hosts[3].Facts = _hosts.Hosts[3].Facts! with { HostName = "renamed" };

        await Assert.ThrowsAsync<ConflictException>(() => _service.StartAsync(_request, preview.Hash, Stop));

        Assert.Empty(_store.Clusters);
    }

    [Fact]
    public async Task StartAsync_HostKeyNoLongerApproved_NamesTheField()
    {
        var preview = await _service.PreviewAsync(_request, Stop);
        _hosts.Hosts[0].TrustedKey = null;

        var e = await Assert.ThrowsAsync<InvalidInputException>(() => _service.StartAsync(_request, preview.Hash, Stop));

        Assert.Equal("masters", Assert.Single(e.Errors).Field);
    }

    [Fact]
    public async Task PreviewAsync_NameIsTaken_NamesTheField()
    {
        _clusters.Clusters.Add(new Cluster { Name = "Blue", Spec = Samples.Spec() });

        var e = await Assert.ThrowsAsync<InvalidInputException>(() => _service.PreviewAsync(_request, Stop));

        Assert.Equal("name", Assert.Single(e.Errors).Field);
    }

    [Fact]
    public async Task CancelAndStop_BySomebody_AreRequestsWithTheirName()
    {
        await _service.CancelAsync(Guid.NewGuid(), Stop);
        await _service.StopAsync(Guid.NewGuid(), Stop);

        Assert.Equal([(RequestKind.Cancel, "olga"), (RequestKind.Stop, "olga")], _store.Requests.Select(r => (r.Kind, r.By)));
    }

    [Fact]
    public async Task RetryAsync_Stopped_IsQueuedWithEveryLastFailure()
    {
        var id = Add(DeploymentStatus.Failed, Failed("init", 1, 1), Failed("init", 1, 2), Failed("join", 2, 1));

        await _service.RetryAsync(id, null, Stop);

        Assert.Equal(DeploymentStatus.Queued, _store.Deployments[id].Status);
        Assert.Equal([("init", Samples.HostId(1), 2), ("join", Samples.HostId(2), 1)], _store.Requests.Select(r => (r.Stage, r.HostId!.Value, r.Attempt!.Value)).Order());
    }

    [Fact]
    public async Task RetryAsync_OneHostWhileOthersRun_IsTold()
    {
        var id = Add(DeploymentStatus.Running, Failed("join", 2, 1), Failed("join", 3, 1));

        await _service.RetryAsync(id, Samples.HostId(3), Stop);

        var request = Assert.Single(_store.Requests);
        Assert.Equal((RequestKind.Retry, Samples.HostId(3), "join", 1), (request.Kind, request.HostId, request.Stage, request.Attempt));
        Assert.Equal(DeploymentStatus.Running, _store.Deployments[id].Status);
    }

    [Fact]
    public async Task RetryAsync_HostWithoutFailure_IsRefused()
    {
        var id = Add(DeploymentStatus.Failed, Failed("join", 2, 1));

        await Assert.ThrowsAsync<ConflictException>(() => _service.RetryAsync(id, Samples.HostId(3), Stop));

        Assert.Empty(_store.Requests);
    }

    [Fact]
    public async Task SkipAsync_Worker_IsQueuedWithoutIt()
    {
        var id = Add(DeploymentStatus.Failed);
        var worker = Samples.Spec().Workers.First();

        await _service.SkipAsync(id, worker.HostId, Stop);

        Assert.Equal((RequestKind.Skip, worker.HostId), (_store.Requests.Single().Kind, _store.Requests.Single().HostId));
        Assert.Equal(DeploymentStatus.Queued, _store.Deployments[id].Status);
    }

    [Fact]
    public async Task SkipAsync_Master_IsRefused()
    {
        var id = Add(DeploymentStatus.Failed);
        var master = Samples.Spec().ControlPlane.First();

        var e = await Assert.ThrowsAsync<ConflictException>(() => _service.SkipAsync(id, master.HostId, Stop));

        Assert.Contains("master", e.Message, StringComparison.Ordinal);
        Assert.Empty(_store.Requests);
    }

    [Fact]
    public async Task TakeOverAsync_RefusedAsForeign_IsQueuedWithTheWish()
    {
        var failed = Failed("claim-host", 2, 1);
        failed.Failure = new StepFailure(FailureKind.Foreign, "It belongs to another panel.");
        var id = Add(DeploymentStatus.Failed, failed);

        await _service.TakeOverAsync(id, Samples.HostId(2), Stop);

        Assert.Equal([RequestKind.TakeOver, RequestKind.Retry], _store.Requests.Select(r => r.Kind));
        Assert.Equal(DeploymentStatus.Queued, _store.Deployments[id].Status);
    }

    [Fact]
    public async Task TakeOverAsync_FailedForAnotherReason_IsRefused()
    {
        var failed = Failed("claim-host", 2, 1);
        failed.Failure = new StepFailure(FailureKind.Configuration, "It is not free.");
        var id = Add(DeploymentStatus.Failed, failed);

        await Assert.ThrowsAsync<ConflictException>(() => _service.TakeOverAsync(id, Samples.HostId(2), Stop));

        Assert.Empty(_store.Requests);
    }

    private Guid Add(DeploymentStatus status, params Attempt[] attempts)
    {
        var deployment = new Deployment { Id = Samples.DeploymentId, ClusterId = Samples.ClusterId, ClusterName = "blue", Kind = DeploymentKind.CreateCluster, CreatedBy = "olga", Status = status };
        _store.Deployments[deployment.Id] = deployment;
        _store.Plans[deployment.Id] = CreateClusterPlan.Build(Samples.Input());
        foreach (var attempt in attempts)
        {
            _store.Seed(attempt);
        }

        return deployment.Id;
    }

    private static Attempt Failed(string stage, int host, int number) =>
        new() { DeploymentId = Samples.DeploymentId, Stage = stage, HostId = Samples.HostId(host), Number = number, Status = StepStatus.Failed };

    [Theory]
    [InlineData(DeploymentStatus.Queued, false, false)]
    [InlineData(DeploymentStatus.Running, false, false)]
    [InlineData(DeploymentStatus.Succeeded, true, false)]
    [InlineData(DeploymentStatus.Failed, true, true)]
    [InlineData(DeploymentStatus.Canceled, true, true)]
    [InlineData(DeploymentStatus.Interrupted, true, true)]
    public void Deployment_EachStatus_TellsWhetherItIsFinishedAndCanBeRetried(DeploymentStatus status, bool finished, bool retry)
    {
        var deployment = new Deployment { ClusterId = Guid.Empty, ClusterName = "blue", Kind = DeploymentKind.CreateCluster, CreatedBy = "olga", Status = status };

        Assert.Equal((finished, retry), (deployment.IsFinished, deployment.CanRetry));
    }
}
