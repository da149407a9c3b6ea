using ClusterPanel.Core.Deployments;
using ClusterPanel.Core.Hosts;
using ClusterPanel.Core.Tests.Fakes;

namespace ClusterPanel.Core.Tests.Deployments;

public sealed class DeploymentRunnerFailureTests
{
    private readonly RunnerBench _bench = new();

    [Fact]
    public void RunAsync_CommandFails_TheFailureSaysWhatWhereAndWhy()
    {
        _bench.Sessions.Respond = (_, command, _) => Task.FromResult(command.Summary switch
        {
            "Change for first" => FakeSessions.Result(9, "one\ntwo\n", "disk full\n"),
            "Collect evidence" => FakeSessions.Ok("clusterpanel-evidence journal of kubelet\nkubelet says no\nclusterpanel-evidence memory and disks\nMemTotal: 1\n"),
            _ => FakeSessions.Ok(""),
        });

        _bench.Stage("first", 50, 1, (context, stop) => context.ChangeAsync("change", stop)).Run();

        var failure = _bench.Store.AttemptOf("first", 1).Failure!;
        Assert.Equal(FailureKind.Permanent, failure.Kind);
        Assert.Equal("Change for first", failure.Command);
        Assert.Equal(9, failure.ExitCode);
        Assert.Equal(["one", "two", "disk full"], failure.LastLines);
        Assert.Equal("Change for first: exit code 9 on h1: disk full", failure.Message);
        Assert.Equal([new Evidence("journal of kubelet", "kubelet says no"), new Evidence("memory and disks", "MemTotal: 1")], failure.Evidence);
        Assert.Equal("Title of first failed on h1: Change for first: exit code 9 on h1: disk full", _bench.Store.Reason);
    }

    [Fact]
    public void RunAsync_EvidenceCannotBeCollected_TheFailureIsKept()
    {
        _bench.Sessions.Respond = (host, command, _) => command.Summary switch
        {
            "Change for first" => Task.FromResult(FakeSessions.Result(9, "", "disk full\n")),
            "Collect evidence" => throw new HostUnreachableException(host.Name, "h1 is gone."),
            _ => Task.FromResult(FakeSessions.Ok("")),
        };

        _bench.Stage("first", 50, 1, (context, stop) => context.ChangeAsync("change", stop)).Run();

        var failure = _bench.Store.AttemptOf("first", 1).Failure!;
        Assert.Equal(9, failure.ExitCode);
        Assert.Equal([new Evidence("could not be collected", "h1 is gone.")], failure.Evidence);
    }

    [Fact]
    public void RunAsync_LinkBreaksTwice_IsTriedAgainWithBackOff()
    {
        var at = new List<DateTimeOffset>();
        var activities = new List<string?>();
        _bench.Store.OnAttempt = a => activities.Add(a.Activity);

        _bench.Stage("first", 50, 1, (context, _) =>
        {
            at.Add(context.Time.GetUtcNow());
            return at.Count < 3 ? throw new HostUnreachableException("h1", "h1 does not answer.") : Task.CompletedTask;
        }).Run();

        Assert.Equal([2, 4], at.Zip(at.Skip(1), (a, b) => Math.Round((b - a).TotalSeconds)));
        Assert.Equal(DeploymentStatus.Succeeded, _bench.Store.Outcome);
        Assert.Equal(StepStatus.Succeeded, Assert.Single(_bench.Store.Attempts).Status);
        Assert.Contains("h1 does not answer. Tries again in 2 s, until 03:14:05 UTC.", _bench.Store.LogTexts);
        Assert.Contains("h1 does not answer. Tries again since 03:04:05, until 03:14:05 UTC. Likely cause: the host is off or restarting, the network between is down, or another master that is needed is away.", activities);
    }

    [Fact]
    public void RunAsync_LinkStaysBroken_FailsAfterTenMinutes()
    {
        _bench.Stage("first", 50, 1, (_, _) => throw new HostUnreachableException("h1", "h1 does not answer.")).Run();

        var attempt = Assert.Single(_bench.Store.Attempts);
        Assert.Equal(StepStatus.Failed, attempt.Status);
        Assert.Equal(FailureKind.Network, attempt.Failure!.Kind);
        Assert.InRange((attempt.EndedAt - attempt.StartedAt)!.Value.TotalMinutes, 9.5, 10.5);
        Assert.Equal(DeploymentStatus.Failed, _bench.Store.Outcome);
    }

    [Fact]
    public void RunAsync_LinkBreaksAgainAfterLongWork_IsTriedAgain()
    {
        var tries = 0;

        _bench.Stage("first", 50, 1, async (context, stop) =>
        {
            tries++;
            if (tries == 2)
            {
                await Task.Delay(TimeSpan.FromMinutes(15), context.Time, stop);
            }

            if (tries < 3)
            {
                throw new HostUnreachableException("h1", "h1 does not answer.");
            }
        }).Run();

        Assert.Equal(3, tries);
        Assert.Equal(DeploymentStatus.Succeeded, _bench.Store.Outcome);
    }

    [Fact]
    public void RunAsync_HostIsBusy_IsTriedAgain()
    {
        var answers = new Queue<int>([Fence.Busy, 0]);
        _bench.Sessions.Respond = (_, _, _) => Task.FromResult(FakeSessions.Result(answers.TryDequeue(out var code) ? code : 0, "", ""));

        _bench.Stage("first", 50, 1, (context, stop) => context.ChangeAsync("change", stop)).Run();

        Assert.Equal(DeploymentStatus.Succeeded, _bench.Store.Outcome);
        Assert.Empty(answers);
    }

    [Fact]
    public void RunAsync_UnitFoundTheHostBusy_IsStartedAnew()
    {
        var unit = DetachedUnit.For(Samples.DeploymentId, "first", "h1", 1, "long");
        var (there, runs) = (false, 0);
        _bench.Sessions.Respond = (_, command, _) =>
        {
            if (command.Script == Samples.Fence.Guard(unit.Forget()))
            {
                there = false;
            }
            else if (command.Summary == "Long change for first" && !there)
            {
                (there, runs) = (true, runs + 1);
            }

            return Task.FromResult(FakeSessions.Ok(command.Summary == $"Follow {unit.Name}" ? $"ended 0 0 {(runs == 1 ? Fence.Busy : 0)}\n" : ""));
        };

        _bench.Stage("first", 50, 1, (context, stop) => context.DetachedAsync("long", stop)).Run();

        Assert.Equal(2, runs);
        Assert.Equal(DeploymentStatus.Succeeded, _bench.Store.Outcome);
    }

    [Fact]
    public void RunAsync_LoginRefused_IsNotTriedAgain()
    {
        var tries = 0;
        _bench.Sessions.OnOpen = host =>
        {
            tries++;
            throw new HostAuthenticationException(host.Name, "h1 refused the password of ops.");
        };

        _bench.Stage("first", 50, 1, (context, stop) => context.ChangeAsync("change", stop)).Run();

        Assert.Equal(1, tries);
        Assert.Equal(FailureKind.Authentication, _bench.Store.AttemptOf("first", 1).Failure!.Kind);
        Assert.Equal("Title of first failed on h1: h1 refused the password of ops.", _bench.Store.Reason);
    }

    [Fact]
    public void RunAsync_HostOfAnotherCluster_IsForeignAndNotTriedAgain()
    {
        _bench.Sessions.Respond = (_, _, _) => Task.FromResult(FakeSessions.Result(Fence.Foreign, "", "this host belongs to cluster x\n"));

        _bench.Stage("first", 50, 1, (context, stop) => context.ChangeAsync("change", stop)).Run();

        Assert.Equal(FailureKind.Foreign, _bench.Store.AttemptOf("first", 1).Failure!.Kind);
    }

    [Fact]
    public void RunAsync_StepWantsACommandThatIsNotPlanned_FailsAndRunsNothing()
    {
        _bench.Stage("first", 50, 1, (context, stop) => context.ChangeAsync("rm-rf", stop)).Run();

        Assert.Equal(StepStatus.Failed, _bench.Store.AttemptOf("first", 1).Status);
        Assert.Contains("\"rm-rf\" (Change), which is not in the plan", _bench.Store.Reason);
        Assert.Empty(_bench.Sessions.Ran);
    }

    [Fact]
    public void RunAsync_StepWantsToChangeWithALook_FailsAndRunsNothing()
    {
        _bench.Stage("first", 50, 1, (context, stop) => context.ChangeAsync("look", stop)).Run();

        Assert.Equal(DeploymentStatus.Failed, _bench.Store.Outcome);
        Assert.Empty(_bench.Sessions.Ran);
    }

    [Fact]
    public void RunAsync_StepThrowsSomethingUnexpected_FailsAndSaysThatThePanelFailed()
    {
        _bench.Stage("first", 50, 1, (_, _) => throw new DivideByZeroException("by zero")).Run();

        Assert.Equal("Title of first failed on h1: The panel itself failed: by zero", _bench.Store.Reason);
    }

    [Fact]
    public void RunAsync_SomethingGivesUpByItself_FailsInsteadOfLeavingTheDeployment()
    {
        _bench.Stage("first", 50, 1, (_, _) => throw new TaskCanceledException("a library gave up")).Run();

        Assert.Equal(DeploymentStatus.Failed, _bench.Store.Outcome);
        Assert.Equal(StepStatus.Failed, _bench.Store.AttemptOf("first", 1).Status);
    }

    [Theory]
    [InlineData("rebooted 0 0 -\n", "the host was restarted")]
    [InlineData("lost 0 0 -\n", "it was ended from outside")]
    [InlineData("absent 0 0 -\n", "it was ended from outside")]
    public void RunAsync_UnitHasNoOutcome_IsForgottenAndTheStepBegunAgain(string answer, string why)
    {
        var unit = DetachedUnit.For(Samples.DeploymentId, "first", "h1", 1, "long");
        var answers = new Queue<string>([answer, answer, "ended 0 0 0\n"]);
        _bench.Sessions.Respond = (_, command, _) => Task.FromResult(FakeSessions.Ok(
            command.Summary.StartsWith("Follow", StringComparison.Ordinal) ? answers.Dequeue()
            : command.Summary.StartsWith("Look for commands", StringComparison.Ordinal) ? unit.Name + "\n" : ""));

        _bench.Stage("first", 50, 1, (context, stop) => context.DetachedAsync("long", stop)).Run();

        Assert.Equal(DeploymentStatus.Succeeded, _bench.Store.Outcome);
        Assert.Contains(_bench.Store.LogTexts, t => t.Contains(why, StringComparison.Ordinal) && t.Contains("Tries again", StringComparison.Ordinal));
        Assert.Contains(_bench.Sessions.Ran, r => r.Command.Script == Samples.Fence.Guard(unit.Forget()));
        Assert.Equal(["first h1 begins", "first h1 begins", "first h1 ends"], _bench.Events);
    }

    [Fact]
    public void RunAsync_DiskOfTheHostIsFull_WaitsAndBeginsAnew()
    {
        var unit = DetachedUnit.For(Samples.DeploymentId, "first", "h1", 1, "long");
        var answers = new Queue<string>(["ended 0 0 1\n", "ended 0 0 1\n", "ended 0 0 0\n"]);
        _bench.Sessions.Respond = (_, command, _) => Task.FromResult(FakeSessions.Ok(
            command.Summary.StartsWith("Follow", StringComparison.Ordinal) ? answers.Dequeue()
            : command.Summary.StartsWith("Look for commands", StringComparison.Ordinal) ? unit.Name + "\n"
            : command.Summary == "Look for full disks" ? "/etc\n/var/lib/clusterpanel\n" : ""));

        _bench.Stage("first", 50, 1, (context, stop) => context.DetachedAsync("long", stop)).Run();

        Assert.Equal(DeploymentStatus.Succeeded, _bench.Store.Outcome);
        Assert.Contains(_bench.Store.LogTexts, t => t.Contains("The disk at /etc, /var/lib/clusterpanel is full.", StringComparison.Ordinal) && t.Contains("Tries again", StringComparison.Ordinal));
        Assert.Contains(_bench.Sessions.Ran, r => r.Command.Script == Samples.Fence.Guard(unit.Forget()));
    }

    [Theory]
    [InlineData("sh: 21: echo: echo: I/O error\n")]
    [InlineData("tar: ./bin: Cannot write: No space left on device\ntar: Exiting with failure status due to previous errors\n")]
    public void RunAsync_DiskWasFullAndHasRoomAgain_TriesAgain(string error)
    {
        var fails = 1;
        _bench.Sessions.Respond = (_, command, _) => Task.FromResult(command.Summary != "Look for full disks" && fails-- > 0 ? FakeSessions.Result(1, "", error) : FakeSessions.Ok(""));

        _bench.Stage("first", 50, 1, (context, stop) => context.ChangeAsync("change", stop)).Run();

        Assert.Equal(DeploymentStatus.Succeeded, _bench.Store.Outcome);
        Assert.Contains(_bench.Store.LogTexts, t => t.Contains("A disk was full just now. Tries again", StringComparison.Ordinal));
    }

    [Fact]
    public void RunAsync_AnotherMasterCannotDoItNow_TriesAgain()
    {
        var fails = 2;
        _bench.Sessions.Respond = (host, _, _) => Task.FromResult(host.Name == "h2" && fails-- > 0 ? FakeSessions.Result(1, "", "etcdserver: request timed out\n") : FakeSessions.Ok(""));

        _bench.Stage("first", 50, 1, async (context, stop) => await context.ChangeAsync("change", stop, Samples.Spec().Members[1])).Run();

        Assert.Equal(DeploymentStatus.Succeeded, _bench.Store.Outcome);
        Assert.Equal(2, _bench.Store.LogTexts.Count(t => t.Contains("Tries again", StringComparison.Ordinal)));
    }

    [Fact]
    public void RunAsync_OptionalStageFailsOnAHost_GoesOnAndSaysSo()
    {
        _bench.Stage("first", 50, 2, (context, _) => context.Target.HostName == "h1" ? throw new HostAuthenticationException("h1", "h1 refused the password.") : Task.CompletedTask)
            .MakeOptional().Stage("second", 50, 1, (_, _) => Task.CompletedTask).Run();

        Assert.Equal(DeploymentStatus.Succeeded, _bench.Store.Outcome);
        Assert.Equal("Title of first failed on h1: h1 refused the password.", _bench.Store.Reason);
        Assert.Equal(StepStatus.Failed, _bench.Store.AttemptOf("first", 1).Status);
        Assert.Equal(StepStatus.Succeeded, _bench.Store.AttemptOf("second", 1).Status);
    }

    [Fact]
    public void RunAsync_OptionalStageHadFailedBeforeARestart_IsStillSaid()
    {
        _bench.Stage("first", 50, 2, (_, _) => Task.CompletedTask).MakeOptional();
        _bench.Seed("first", 1, StepStatus.Failed);

        _bench.Run();

        Assert.Equal(DeploymentStatus.Succeeded, _bench.Store.Outcome);
        Assert.Equal("Title of first failed on h1: No more is known.", _bench.Store.Reason);
    }

    [Fact]
    public void RunAsync_UnitRunsLongerThanPlanned_Fails()
    {
        _bench.Sessions.Respond = (_, command, _) =>
        {
            if (!command.Summary.StartsWith("Follow", StringComparison.Ordinal))
            {
                return Task.FromResult(FakeSessions.Ok(""));
            }

            _bench.Time.Advance(TimeSpan.FromSeconds(10));
            return Task.FromResult(FakeSessions.Ok("running 0 0 -\n"));
        };

        _bench.Stage("first", 50, 1, (context, stop) => context.DetachedAsync("long", stop)).Run();

        Assert.Contains("still runs after 30 minutes", _bench.Store.Reason);
    }
}
