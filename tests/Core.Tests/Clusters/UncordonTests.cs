using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Deployments;
using ClusterPanel.Core.Hosts;
using ClusterPanel.Core.Tests.Fakes;

namespace ClusterPanel.Core.Tests.Clusters;

public sealed class UncordonTests
{
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;
    private readonly Cluster _cluster = new() { Id = Samples.ClusterId, Name = "blue", Spec = Samples.Spec(), Status = ClusterStatus.Ready };
    private readonly FakeClusterStore _store = new();
    private readonly FakeClusterApi _api = new();
    private readonly FakeDeploymentStore _deployments = new(new SteppingTime());
    private readonly FakeAudit _audit = new();
    private readonly FakeSessions _sessions = new();
    private bool _answers;

    public UncordonTests()
    {
        _store.Clusters.Add(_cluster);
        _sessions.Respond = (_, _, _) => _answers ? Task.FromResult(FakeSessions.Ok("")) : throw new HostUnreachableException("h5", "h5 does not answer.");
    }

    private ClusterService Service => new(
        new FakeAccess(), _store, _deployments, _api, new ClusterViews(), new ClusterHealthService(new FakeHostStore(Enumerable.Range(1, 5).Select(Samples.Host)), _sessions, new SteppingTime()), _audit);

    [Fact]
    public async Task UncordonAsync_Member_IsDoneAndToldBeforeAndAfter()
    {
        await Service.UncordonAsync(_cluster.Id, "h4", Stop);

        Assert.Equal(["h4 schedulable"], _api.Changes);
        Assert.Equal(["asked for", "done"], _audit.Entries.Select(e => e.Result));
    }

    [Fact]
    public async Task UncordonAsync_ADeploymentIsNotFinished_IsRefused()
    {
        var removal = new Deployment { ClusterId = _cluster.Id, ClusterName = _cluster.Name, Kind = DeploymentKind.RemoveNodes, Status = DeploymentStatus.Running, CreatedBy = "peter" };
        _deployments.Deployments[removal.Id] = removal;

        var e = await Assert.ThrowsAsync<ConflictException>(() => Service.UncordonAsync(_cluster.Id, "h4", Stop));

        Assert.Equal("Remove nodes from blue, started by peter, is not finished: wait for it, or cancel it.", e.Message);
        Assert.Empty(_api.Changes);
    }

    [Theory]
    [MemberData(nameof(Samples.NotReady), MemberType = typeof(Samples))]
    public async Task UncordonAsync_ClusterIsNotReady_SaysWhatToDo(ClusterStatus status, string why)
    {
        _cluster.Status = status;

        var e = await Assert.ThrowsAsync<ConflictException>(() => Service.UncordonAsync(_cluster.Id, "h4", Stop));

        Assert.Equal(why, e.Message);
        Assert.Empty(_api.Changes);
    }

    [Fact]
    public async Task GiveUpHostAsync_HostThatLeft_IsForgotten()
    {
        var left = _cluster.Spec.Members[4];
        _cluster.Spec = _cluster.Spec with { Members = [.. _cluster.Spec.Members.Take(4)], NotCleaned = [left] };

        await Assert.ThrowsAsync<InvalidInputException>(() => Service.GiveUpHostAsync(_cluster.Id, _cluster.Spec.Members[0].HostId, Stop));
        await Service.GiveUpHostAsync(_cluster.Id, left.HostId, Stop);

        Assert.Empty(_cluster.Spec.NotCleaned);
    }

    [Fact]
    public async Task GiveUpHostAsync_HostThatAnswers_IsRefused()
    {
        var left = _cluster.Spec.Members[4];
        _cluster.Spec = _cluster.Spec with { Members = [.. _cluster.Spec.Members.Take(4)], NotCleaned = [left] };
        _answers = true;

        var e = await Assert.ThrowsAsync<ConflictException>(() => Service.GiveUpHostAsync(_cluster.Id, left.HostId, Stop));

        Assert.Equal("h5 answers: clean it.", e.Message);
        Assert.Equal([left], _cluster.Spec.NotCleaned);
    }

    [Fact]
    public async Task GiveUpHostAsync_ResetIsNotFinished_IsRefused()
    {
        var left = _cluster.Spec.Members[4];
        _cluster.Spec = _cluster.Spec with { Members = [.. _cluster.Spec.Members.Take(4)], NotCleaned = [left] };
        _cluster.Status = ClusterStatus.Resetting;

        var e = await Assert.ThrowsAsync<ConflictException>(() => Service.GiveUpHostAsync(_cluster.Id, left.HostId, Stop));

        Assert.Equal("The reset of cluster blue is not finished: resume it first.", e.Message);
        Assert.Equal([left], _cluster.Spec.NotCleaned);
    }

    [Fact]
    public async Task UncordonAsync_NoMasterAnswers_IsToldAsFailed()
    {
        _api.Answers = false;

        await Assert.ThrowsAsync<HostUnreachableException>(() => Service.UncordonAsync(_cluster.Id, "h4", Stop));

        Assert.Equal(["asked for", "failed: No master answers."], _audit.Entries.Select(e => e.Result));
    }
}
