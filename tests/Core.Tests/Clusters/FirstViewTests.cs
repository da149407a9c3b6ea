using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Tests.Fakes;

namespace ClusterPanel.Core.Tests.Clusters;

public sealed class FirstViewTests
{
    private static readonly ClusterHealth Health = new([], null, [], [], [], [], DateTimeOffset.UnixEpoch);
    private readonly Cluster _cluster = new() { Id = Samples.ClusterId, Name = "blue", Spec = Samples.Spec(), Status = ClusterStatus.Ready };
    private readonly ClusterViews _views = new();

    private ClusterService Service => new(new FakeAccess(), new FakeClusterStore(), new FakeDeploymentStore(new SteppingTime()), new FakeClusterApi(), _views, new ClusterHealthService(new FakeHostStore(), new FakeSessions(), new SteppingTime()), new FakeAudit());

    [Fact]
    public async Task FirstViewAsync_NothingSeenYet_WaitsForWhatIsAskedFor()
    {
        var view = Service.FirstViewAsync(_cluster, v => v.Health is not null, TestContext.Current.CancellationToken);
        _views.Set(_cluster.Id, v => v with { Error = "no route" });
        Assert.False(view.IsCompleted);

        _views.Set(Guid.NewGuid(), v => v with { Health = Health });
        _views.Set(_cluster.Id, v => v with { Health = Health });

        Assert.Same(Health, (await view).Health);
        Assert.True(_views.TakeAsked(_cluster.Id));
    }

    [Fact]
    public async Task FirstViewAsync_SeenBefore_IsThatAtOnce()
    {
        _views.Set(_cluster.Id, v => v with { Health = Health });

        Assert.Same(Health, (await Service.FirstViewAsync(_cluster, v => v.Health is not null, TestContext.Current.CancellationToken)).Health);
    }

    [Fact]
    public async Task FirstViewAsync_ClusterThatIsNotReady_IsNotWaitedFor()
    {
        _cluster.Status = ClusterStatus.Creating;

        Assert.Null((await Service.FirstViewAsync(_cluster, v => v.Health is not null, TestContext.Current.CancellationToken)).Health);
    }
}
