using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Deployments;
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

    public DeploymentServiceTests() => _service = new DeploymentService(_store, _hosts, new FakePackageStore(Samples.Package()), _clusters, new FakeTimeProvider(Samples.Now));

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task StartAsync_PlanThatWasShown_IsStoredQueued()
    {
        var preview = await _service.PreviewAsync(_request, Stop);

        var deployment = await _service.StartAsync(_request, preview.Hash, "olga", Stop);

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

        await Assert.ThrowsAsync<ConflictException>(() => _service.StartAsync(_request, preview.Hash, "olga", Stop));

        Assert.Empty(_store.Clusters);
    }

    [Fact]
    public async Task StartAsync_HostKeyNoLongerApproved_NamesTheField()
    {
        var preview = await _service.PreviewAsync(_request, Stop);
        _hosts.Hosts[0].TrustedKey = null;

        var e = await Assert.ThrowsAsync<InvalidInputException>(() => _service.StartAsync(_request, preview.Hash, "olga", Stop));

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
    public async Task CancelAsync_ByAUser_IsARequestWithItsName()
    {
        await _service.CancelAsync(Guid.NewGuid(), "olga", Stop);

        Assert.Equal("olga", _store.CancelBy);
    }

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
