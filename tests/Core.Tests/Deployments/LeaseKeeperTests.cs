using ClusterPanel.Core.Deployments;
using ClusterPanel.Core.Tests.Fakes;

namespace ClusterPanel.Core.Tests.Deployments;

public sealed class LeaseKeeperTests
{
    private readonly SteppingTime _time = new();
    private readonly FakeDeploymentStore _store;
    private readonly LeaseKeeper _keeper;

    public LeaseKeeperTests()
    {
        _store = new FakeDeploymentStore(_time);
        _keeper = new LeaseKeeper(_store, RunnerBench.Lease, _time);
    }

    private double Seconds => (_time.GetUtcNow() - Samples.Now).TotalSeconds;

    [Fact]
    public void RunAsync_RenewalsSucceed_RenewsEveryFourSecondsUntilTheWorkEnds()
    {
        using var work = new CancellationTokenSource(TimeSpan.FromSeconds(61), _time);

        Virtual.Run(_time, () => _keeper.RunAsync(_time.GetTimestamp(), work));

        Assert.False(_keeper.Lost);
        Assert.Equal(Enumerable.Range(1, 15).Select(i => Samples.Now.AddSeconds(4 * i)), _store.RenewedAt);
    }

    [Fact]
    public void RunAsync_DatabaseHangs_StopsFifteenSecondsAfterTheStartOfTheLastRenewal()
    {
        using var work = new CancellationTokenSource();
        _store.OnRenew = async stop =>
        {
            // The first renewal takes two seconds and succeeds; it counts from its start.
            await Task.Delay(_store.RenewedAt.Count == 1 ? TimeSpan.FromSeconds(2) : TimeSpan.FromHours(1), _time, stop);
            return true;
        };

        Virtual.Run(_time, () => _keeper.RunAsync(_time.GetTimestamp(), work));

        Assert.True(_keeper.Lost);
        Assert.True(work.IsCancellationRequested);
        Assert.Equal(4 + 15, Seconds);
    }

    [Fact]
    public void RunAsync_DatabaseFailsAndComesBack_GoesOn()
    {
        using var work = new CancellationTokenSource(TimeSpan.FromSeconds(62), _time);
        _store.OnRenew = _ => _store.RenewedAt.Count is > 1 and < 4 ? throw new InvalidOperationException("the database is down") : Task.FromResult(true);

        Virtual.Run(_time, () => _keeper.RunAsync(_time.GetTimestamp(), work));

        Assert.False(_keeper.Lost);
        Assert.Equal(62, Seconds);
    }

    [Fact]
    public void RunAsync_SomebodyElseHasIt_StopsAtOnce()
    {
        using var work = new CancellationTokenSource();
        _store.OnRenew = _ => Task.FromResult(false);

        Virtual.Run(_time, () => _keeper.RunAsync(_time.GetTimestamp(), work));

        Assert.True(_keeper.Lost);
        Assert.True(work.IsCancellationRequested);
        Assert.Equal(4, Seconds);
    }

    [Fact]
    public void RunAsync_ClaimWasAnsweredLate_CountsFromBeforeItWasAsked()
    {
        using var work = new CancellationTokenSource();
        var asked = _time.GetTimestamp();
        _time.Advance(TimeSpan.FromSeconds(12));
        _store.OnRenew = _ => throw new InvalidOperationException("the database is down");

        Virtual.Run(_time, () => _keeper.RunAsync(asked, work));

        Assert.True(_keeper.Lost);
        Assert.Equal(15, Seconds);
    }

    [Fact]
    public void RunAsync_RenewalsFailSlowly_StopsFifteenSecondsAfterTheLastOneAllTheSame()
    {
        using var work = new CancellationTokenSource();
        _store.OnRenew = async stop =>
        {
            await Task.Delay(TimeSpan.FromSeconds(1), _time, stop);
            throw new InvalidOperationException("the database is down");
        };

        Virtual.Run(_time, () => _keeper.RunAsync(_time.GetTimestamp(), work));

        Assert.True(_keeper.Lost);
        Assert.Equal(15, Seconds);
    }

    [Fact]
    public void StopAfter_IsShorterThanTheLease_SoThatTwoNeverWork() => Assert.True(Lease.StopAfter < Lease.Duration);
}
