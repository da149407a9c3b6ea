using ClusterPanel.Core.Deployments;
using ClusterPanel.Core.Hosts;
using ClusterPanel.Core.Tests.Fakes;

namespace ClusterPanel.Core.Tests.Deployments;

/// <summary>What operators ask for while a deployment runs, or after it has stopped.</summary>
public sealed class DeploymentRunnerRequestTests
{
    private readonly RunnerBench _bench = new();

    [Fact]
    public void RunAsync_StopRequested_EndsTheCommandsOnTheHostAndTheWait()
    {
        var unit = DetachedUnit.For(Samples.DeploymentId, "first", "h1", 1, "long");
        var answers = new Queue<string>(["running 6 0 -\nbegun\n", "running 0 0 -\n", "lost 4 0 -\nend\n"]);
        _bench.Sessions.Respond = async (_, command, stop) =>
        {
            if (command.Summary == $"Follow {unit.Name}")
            {
                if (answers.Count == 2)
                {
                    _bench.Store.Ask(RequestKind.Stop);
                    await Task.Delay(TimeSpan.FromSeconds(10), _bench.Time, stop);
                }

                return FakeSessions.Ok(answers.Dequeue());
            }

            return FakeSessions.Ok(command.Summary.StartsWith("Look for commands", StringComparison.Ordinal) ? unit.Name + "\n" : "");
        };

        _bench.Stage("first", 50, 1, (context, stop) => context.DetachedAsync("long", stop)).Stage("later", 50, 1, Pause).Run();

        Assert.Contains(_bench.Sessions.Ran, r => r.Command.Script == Samples.Fence.Check(unit.Stop()));
        Assert.Contains(_bench.Sessions.Ran, r => r.Command.Script == Samples.Fence.Guard(unit.Forget()));
        Assert.Equal(StepStatus.Canceled, Assert.Single(_bench.Store.Attempts).Status);
        Assert.Equal((DeploymentStatus.Canceled, "Stopped by olga. Resume continues it."), (_bench.Store.Outcome, _bench.Store.Reason));
        Assert.Contains("begun", _bench.Store.LogTexts);
    }

    [Fact]
    public void RunAsync_StopRequestedAndHostUnreachable_SaysWhatMayStillRun()
    {
        _bench.Sessions.Respond = (_, command, _) => command.Summary.StartsWith("Look for commands", StringComparison.Ordinal)
            ? throw new HostUnreachableException("h1", "h1 does not answer.")
            : Task.FromResult(FakeSessions.Ok(""));

        _bench.Stage("first", 50, 1, async (context, stop) =>
        {
            _bench.Store.Ask(RequestKind.Stop);
            await Task.Delay(TimeSpan.FromMinutes(5), context.Time, stop);
        }).Run();

        Assert.Equal("Stopped by olga. Title of first may still run on h1: h1 does not answer. Resume continues it.", _bench.Store.Reason);
    }

    [Fact]
    public void RunAsync_StopRequestedAndANewerWriterWasThere_WritesNothingMore()
    {
        var unit = DetachedUnit.For(Samples.DeploymentId, "first", "h1", 1, "long");
        _bench.Sessions.Respond = (_, command, _) => Task.FromResult(
            command.Summary.StartsWith("Look for commands", StringComparison.Ordinal) ? FakeSessions.Ok(unit.Name + "\n")
            : FakeSessions.Result(Fence.Outdated, "", "a newer writer was here\n"));

        _bench.Stage("first", 50, 1, async (context, stop) =>
        {
            _bench.Store.Ask(RequestKind.Stop);
            await Task.Delay(TimeSpan.FromMinutes(5), context.Time, stop);
        }).Run();

        Assert.Null(_bench.Store.Outcome);
        Assert.Equal(StepStatus.Running, Assert.Single(_bench.Store.Attempts).Status);
    }

    [Fact]
    public void RunAsync_WorkerSkippedWhileItWaits_GoesOnWithoutIt()
    {
        _bench.Stage("first", 50, 5, async (context, stop) =>
        {
            if (context.Target.HostName == "h4")
            {
                _bench.Store.Ask(RequestKind.Skip, Samples.HostId(4));
                await Task.Delay(TimeSpan.FromMinutes(30), context.Time, stop);
            }
        }).Stage("later", 50, 5, Pause).Run();

        Assert.Equal((DeploymentStatus.Succeeded, "Left out: h4."), (_bench.Store.Outcome, _bench.Store.Reason));
        Assert.Equal(StepStatus.Skipped, _bench.Store.AttemptOf("first", 4).Status);
        Assert.Equal(StepStatus.Skipped, _bench.Store.AttemptOf("later", 4).Status);
        Assert.DoesNotContain("later h4 begins", _bench.Events);
        Assert.Contains("later h5 ends", _bench.Events);
        Assert.True(_bench.Time.GetUtcNow() - Samples.Now < TimeSpan.FromMinutes(1));
    }

    [Fact]
    public void RunAsync_WorkerSkippedAfterItFailed_GoesOnWithoutIt()
    {
        _bench.Seed("first", 5, StepStatus.Failed);
        _bench.Store.Ask(RequestKind.Skip, Samples.HostId(5));

        _bench.Stage("first", 50, 5, Pause).Run();

        Assert.Equal(DeploymentStatus.Succeeded, _bench.Store.Outcome);
        Assert.DoesNotContain("first h5 begins", _bench.Events);
    }

    [Fact]
    public void RunAsync_HostRetriedWhileOthersRun_IsRunAgainAtOnce()
    {
        _bench.Stage("first", 50, 2, async (context, stop) =>
        {
            if (context.Target.HostName == "h2")
            {
                await Task.Delay(TimeSpan.FromSeconds(20), context.Time, stop);
                return;
            }

            if (!_bench.Store.Attempts.Any(a => a.Number == 2))
            {
                _bench.Store.OnAttempt = a => AskForRetry(a);
                throw new CommandFailedException("h1", "Change", 1, ["broken"]);
            }
        }).Run();

        Assert.Equal(DeploymentStatus.Succeeded, _bench.Store.Outcome);
        Assert.Equal(StepStatus.Succeeded, _bench.Store.AttemptOf("first", 1, 2).Status);
        Assert.Equal(["first h1 begins", "first h2 begins", "first h1 begins", "first h1 ends", "first h2 ends"], _bench.Events);
    }

    [Fact]
    public void RunAsync_OnlyOneOfTwoFailedHostsIsRetried_TheOtherStaysFailed()
    {
        var failed = _bench.Seed("first", 1, StepStatus.Failed);
        failed.Failure = new StepFailure(FailureKind.Permanent, "Disk broken.");
        _bench.SeedRetried("first", 2);

        _bench.Stage("first", 50, 2, Pause).Run();

        Assert.Equal(["first h2 begins", "first h2 ends"], _bench.Events);
        Assert.Equal((DeploymentStatus.Failed, "Title of first failed on h1: Disk broken."), (_bench.Store.Outcome, _bench.Store.Reason));
    }

    private void AskForRetry(Attempt attempt)
    {
        if (attempt is { Status: StepStatus.Failed, Number: 1 })
        {
            _bench.Store.Requests.Add(DeploymentRequest.Retry(attempt, "olga", Samples.Now));
        }
    }

    private static Task Pause(StepContext context, CancellationToken stop) => Task.Delay(TimeSpan.FromSeconds(1), context.Time, stop);
}
