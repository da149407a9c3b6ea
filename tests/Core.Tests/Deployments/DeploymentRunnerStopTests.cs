using ClusterPanel.Core.Deployments;
using ClusterPanel.Core.Hosts;
using ClusterPanel.Core.Tests.Fakes;

namespace ClusterPanel.Core.Tests.Deployments;

public sealed class DeploymentRunnerStopTests
{
    private readonly RunnerBench _bench = new();

    [Fact]
    public void RunAsync_CancelRequested_LetsTheStepEndAndBeginsNothingNew()
    {
        _bench.Stage("narrow", 1, 3, async (context, stop) =>
        {
            _bench.Store.Ask(RequestKind.Cancel);
            await Task.Delay(TimeSpan.FromSeconds(5), context.Time, stop);
        }).Stage("later", 50, 3, Pause).Run();

        Assert.Equal(["narrow h1 begins", "narrow h1 ends"], _bench.Events);
        Assert.Equal(DeploymentStatus.Canceled, _bench.Store.Outcome);
        Assert.Contains("olga", _bench.Store.Reason);
        Assert.Equal(StepStatus.Succeeded, Assert.Single(_bench.Store.Attempts).Status);
        Assert.Null(_bench.Store.Spec);
    }

    [Fact]
    public void RunAsync_CancelWhileTheLinkIsBroken_DoesNotTryForTenMinutes()
    {
        _bench.Stage("first", 50, 1, (_, _) =>
        {
            _bench.Store.Ask(RequestKind.Cancel);
            throw new HostUnreachableException("h1", "h1 does not answer.");
        }).Run();

        Assert.Equal(DeploymentStatus.Canceled, _bench.Store.Outcome);
        Assert.True(_bench.Time.GetUtcNow() - Samples.Now < TimeSpan.FromMinutes(1));
    }

    [Fact]
    public void RunAsync_Shutdown_GivesTheLeaseBackAndLeavesTheAttemptRunning()
    {
        using var shutdown = new CancellationTokenSource();

        _bench.Stage("first", 50, 1, async (context, stop) =>
        {
            await shutdown.CancelAsync();
            await Task.Delay(TimeSpan.FromMinutes(5), context.Time, stop);
        }).RunUntil(shutdown.Token);

        Assert.True(_bench.Store.Released);
        Assert.Null(_bench.Store.Outcome);
        Assert.Equal(StepStatus.Running, _bench.Store.AttemptOf("first", 1).Status);
        Assert.Equal(0, _bench.Sessions.Open);
    }

    [Fact]
    public void RunAsync_HostSaysANewerWriterWasThere_WritesNothingMore()
    {
        _bench.Sessions.Respond = (_, _, _) => Task.FromResult(FakeSessions.Result(Fence.Outdated, "", "a newer writer was here\n"));

        _bench.Stage("first", 50, 1, (context, stop) => context.ChangeAsync("change", stop)).Stage("later", 50, 1, Pause).Run();

        Assert.Null(_bench.Store.Outcome);
        Assert.False(_bench.Store.Released);
        Assert.Equal(StepStatus.Running, _bench.Store.AttemptOf("first", 1).Status);
        Assert.DoesNotContain("later h1 begins", _bench.Events);
    }

    [Fact]
    public void RunAsync_HostSaysANewerWriterWasThere_StopsTheOtherHostsAtOnce()
    {
        _bench.Sessions.Respond = async (host, _, stop) =>
        {
            await Task.Delay(TimeSpan.FromSeconds(host.Name == "h1" ? 10 : 1), _bench.Time, stop);
            return FakeSessions.Result(host.Name == "h1" ? Fence.Outdated : 0, "", "");
        };

        _bench.Stage("first", 50, 2, async (context, stop) =>
        {
            await context.ChangeAsync("change", stop);
            await Task.Delay(TimeSpan.FromMinutes(5), context.Time, stop);
            await context.ChangeAsync("change", stop);
        }).Run();

        Assert.Equal(2, _bench.Sessions.Ran.Count);
        Assert.True(_bench.Time.GetUtcNow() - Samples.Now < TimeSpan.FromMinutes(1));
    }

    [Fact]
    public void RunAsync_ForgettingAUnitIsFenced_WritesNothingMore()
    {
        _bench.Sessions.Respond = (_, command, _) => Task.FromResult(FakeSessions.Result(command.Summary.StartsWith("Forget", StringComparison.Ordinal) ? Fence.Outdated : 0, "", ""));

        _bench.Stage("first", 50, 1, async (context, stop) =>
        {
            await context.ForgetDetachedAsync("long", stop);
            await context.LookAsync("look", stop);
        }).Run();

        Assert.DoesNotContain(_bench.Sessions.Ran, r => r.Command.Summary == "Look for first");
        Assert.Null(_bench.Store.Outcome);
    }

    [Fact]
    public void RunAsync_DatabaseSaysTheLeaseIsTaken_StopsWithoutAnOutcome()
    {
        _bench.Stage("first", 50, 1, async (context, stop) =>
        {
            _bench.Store.Token = 8;
            await context.SayAsync("This line must not be stored.", stop);
            await Task.Delay(TimeSpan.FromMinutes(1), context.Time, stop);
        }).Run();

        Assert.DoesNotContain("This line must not be stored.", _bench.Store.LogTexts);
        Assert.Null(_bench.Store.Outcome);
        Assert.False(_bench.Store.Released);
    }

    [Fact]
    public void RunAsync_RenewalSaysLost_StopsTheWork()
    {
        _bench.Store.OnRenew = _ => Task.FromResult(false);

        _bench.Stage("first", 50, 1, (context, stop) => Task.Delay(TimeSpan.FromMinutes(5), context.Time, stop)).Run();

        Assert.Equal(["first h1 begins"], _bench.Events);
        Assert.Equal(Lease.RenewEvery, _bench.Time.GetUtcNow() - Samples.Now);
        Assert.Null(_bench.Store.Outcome);
        Assert.False(_bench.Store.Released);
    }

    [Fact]
    public void RunAsync_RenewalsFail_StopsTheWorkAfterTwentySeconds()
    {
        _bench.Store.OnRenew = _ => throw new InvalidOperationException("the database is down");

        _bench.Stage("first", 50, 1, (context, stop) => Task.Delay(TimeSpan.FromMinutes(5), context.Time, stop)).Run();

        Assert.Equal(["first h1 begins"], _bench.Events);
        Assert.Equal(Lease.StopAfter, _bench.Time.GetUtcNow() - Samples.Now);
        Assert.Null(_bench.Store.Outcome);
    }

    private static Task Pause(StepContext context, CancellationToken stop) => Task.Delay(TimeSpan.FromSeconds(1), context.Time, stop);
}
