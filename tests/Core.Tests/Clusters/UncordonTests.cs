using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Hosts;
using ClusterPanel.Core.Tests.Fakes;

namespace ClusterPanel.Core.Tests.Clusters;

public sealed class UncordonTests
{
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;
    private readonly Cluster _cluster = new() { Id = Samples.ClusterId, Name = "blue", Spec = Samples.Spec(), Status = ClusterStatus.Ready };
    private readonly FakeClusterStore _store = new();
    private readonly FakeClusterApi _api = new();
    private readonly FakeAudit _audit = new();

    public UncordonTests() => _store.Clusters.Add(_cluster);

    private ClusterService Service => new(new FakeAccess(), _store, _api, new ClusterViews(), _audit);

    [Fact]
    public async Task UncordonAsync_Member_IsDoneAndToldBeforeAndAfter()
    {
        await Service.UncordonAsync(_cluster.Id, "h4", Stop);

        Assert.Equal(["h4 schedulable"], _api.Changes);
        Assert.Equal(["asked for", "done"], _audit.Entries.Select(e => e.Result));
    }

    [Fact]
    public async Task UncordonAsync_NoMasterAnswers_IsToldAsFailed()
    {
        _api.Answers = false;

        await Assert.ThrowsAsync<HostUnreachableException>(() => Service.UncordonAsync(_cluster.Id, "h4", Stop));

        Assert.Equal(["asked for", "failed: No master answers."], _audit.Entries.Select(e => e.Result));
    }
}
