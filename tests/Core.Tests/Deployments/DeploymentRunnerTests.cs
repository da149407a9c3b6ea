using ClusterPanel.Core.Deployments;
using ClusterPanel.Core.Hosts;
using ClusterPanel.Core.Plans;
using ClusterPanel.Core.Tests.Fakes;

namespace ClusterPanel.Core.Tests.Deployments;

public sealed class DeploymentRunnerTests
{
    private readonly RunnerBench _bench = new();

    [Fact]
    public void RunAsync_AllStepsSucceed_RunsStagesInOrderAndSetsReady()
    {
        _bench.Stage("first", 50, 3, Pause).Stage("second", 1, 2, Pause).Run();

        Assert.Equal(["first", "first", "first", "first", "first", "first", "second", "second", "second", "second"], _bench.Events.Select(e => e.Split(' ')[0]));
        Assert.Equal(["second h1 begins", "second h1 ends", "second h2 begins", "second h2 ends"], _bench.Events[6..]);
        Assert.Equal(DeploymentStatus.Succeeded, _bench.Store.Outcome);
        Assert.Null(_bench.Store.Reason);
        Assert.Equal(Samples.Spec().Members, _bench.Store.Spec!.Members);
        Assert.All(_bench.Store.Attempts, a => Assert.Equal(StepStatus.Succeeded, a.Status));
        Assert.All(_bench.Store.Attempts, a => Assert.NotNull(a.EndedAt));
        Assert.Equal(5, _bench.Store.Attempts.Count);
    }

    // Between the runs somebody may have uncordoned the node, and pods are back.
    [Fact]
    public void RunAsync_DrainedInAnEarlierRun_DrainsAgainWhereTheNodeIsStillThere()
    {
        _bench.Stage("drain-node", 50, 2, Pause).Stage("delete-node", 50, 2, Pause);
        _bench.Seed("drain-node", 1, StepStatus.Succeeded);
        _bench.Seed("drain-node", 2, StepStatus.Succeeded);
        _bench.Seed("delete-node", 2, StepStatus.Succeeded);

        _bench.Run();

        Assert.Equal(["drain-node h1 begins", "drain-node h1 ends", "delete-node h1 begins", "delete-node h1 ends"], _bench.Events);
        Assert.Equal(2, _bench.Store.Attempts.Single(a => a.Stage == "drain-node" && a.HostId == Samples.HostId(1) && a.Number > 1).Number);
        Assert.Equal(DeploymentStatus.Succeeded, _bench.Store.Outcome);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(5, 5)]
    [InlineData(50, 5)]
    public void RunAsync_WidthOfAStage_IsUsedAndNotExceeded(int width, int expected)
    {
        var (now, most) = (0, 0);

        _bench.Stage("wide", width, 5, async (context, stop) =>
        {
            most = Math.Max(most, ++now);
            await Task.Delay(TimeSpan.FromSeconds(1), context.Time, stop);
            now--;
        }).Run();

        Assert.Equal(expected, most);
        Assert.Equal(DeploymentStatus.Succeeded, _bench.Store.Outcome);
    }

    [Fact]
    public void RunAsync_SlowHost_DoesNotHoldTheWindow()
    {
        _bench.Stage("wide", 2, 4, (context, stop) => Task.Delay(TimeSpan.FromSeconds(context.Target.HostName == "h1" ? 60 : 1), context.Time, stop)).Run();

        Assert.Equal("wide h1 ends", _bench.Events[^1]);
        Assert.Equal(4, _bench.Events.Count(e => e.EndsWith("ends", StringComparison.Ordinal)));
    }

    [Fact]
    public void RunAsync_StageWithPrevious_HostsGoOnWithoutWaitingForOthers()
    {
        _bench.Stage("prepare", 50, 2, (context, stop) => Task.Delay(TimeSpan.FromSeconds(context.Target.HostName == "h1" ? 1 : 60), context.Time, stop))
            .Stage("join", 1, 3, Pause, withPrevious: true).Stage("last", 50, 1, Pause).Run();

        Assert.True(_bench.Events.IndexOf("join h3 begins") < _bench.Events.IndexOf("prepare h1 ends"), "A host that is in the second stage only begins at once.");
        Assert.True(_bench.Events.IndexOf("join h1 ends") < _bench.Events.IndexOf("prepare h2 ends"), "A quick host waited for a slow one.");
        Assert.True(_bench.Events.IndexOf("prepare h2 ends") < _bench.Events.IndexOf("join h2 begins"), "A host began a stage before it was through the one before.");
        Assert.Equal(["last h1 begins", "last h1 ends"], _bench.Events[^2..]);
    }

    [Fact]
    public void RunAsync_HostFailsBeforeAStageWithPrevious_OthersGoThroughItAndNoLaterStageBegins()
    {
        _bench.Stage("prepare", 50, 3, (context, stop) =>
        {
            FailOn("h1", context);
            // One after the other, so that it is known who comes first to the next stage.
            return Task.Delay(TimeSpan.FromMinutes(context.Target.HostName == "h2" ? 1 : 5), context.Time, stop);
        }).Stage("join", 1, 3, Pause, withPrevious: true).Stage("last", 50, 1, Pause).Run();

        Assert.Equal(["join h2 begins", "join h2 ends", "join h3 begins", "join h3 ends"], _bench.Events.Where(e => !e.StartsWith("prepare", StringComparison.Ordinal)));
        Assert.StartsWith("Title of prepare failed on h1: ", _bench.Store.Reason);
    }

    [Fact]
    public void RunAsync_RetryOfAGroup_GoesOnWhereEachHostStood()
    {
        _bench.Seed("prepare", 1, StepStatus.Succeeded);
        _bench.Seed("join", 1, StepStatus.Succeeded);
        _bench.Seed("prepare", 2, StepStatus.Succeeded);
        _bench.SeedRetried("join", 2);
        _bench.SeedRetried("prepare", 3);

        _bench.Stage("prepare", 50, 3, Pause).Stage("join", 1, 3, Pause, withPrevious: true).Run();

        Assert.Equal(["join h2 begins", "join h2 ends", "join h3 begins", "join h3 ends", "prepare h3 begins", "prepare h3 ends"], _bench.Events.Order(StringComparer.Ordinal));
        Assert.Equal(DeploymentStatus.Succeeded, _bench.Store.Outcome);
    }

    [Fact]
    public void RunAsync_HostFailsInAWideStage_OthersFinishAndNoLaterStageBegins()
    {
        _bench.Stage("wide", 2, 4, async (context, stop) =>
        {
            await Pause(context, stop);
            FailOn("h1", context);
        }).Stage("later", 50, 4, Pause).Run();

        Assert.Equal(DeploymentStatus.Failed, _bench.Store.Outcome);
        Assert.StartsWith("Title of wide failed on h1: ", _bench.Store.Reason);
        Assert.Equal(StepStatus.Failed, _bench.Store.AttemptOf("wide", 1).Status);
        Assert.All([2, 3, 4], i => Assert.Equal(StepStatus.Succeeded, _bench.Store.AttemptOf("wide", i).Status));
        Assert.DoesNotContain(_bench.Store.Attempts, a => a.Stage == "later");
        Assert.Null(_bench.Store.Spec);
    }

    [Fact]
    public void RunAsync_HostFailsWhereHostsGoOneByOne_NoFurtherHostBegins()
    {
        _bench.Stage("narrow", 1, 3, (context, _) =>
        {
            FailOn("h1", context);
            return Task.CompletedTask;
        }).Run();

        Assert.Equal(["narrow h1 begins"], _bench.Events);
        Assert.Equal(DeploymentStatus.Failed, _bench.Store.Outcome);
        Assert.Single(_bench.Store.Attempts);
    }

    [Fact]
    public void RunAsync_SucceededEarlier_IsNotRunAgain()
    {
        _bench.Seed("first", 1, StepStatus.Succeeded);
        _bench.Seed("first", 2, StepStatus.Skipped);
        _bench.SeedRetried("first", 3);

        _bench.Stage("first", 50, 3, Pause).Run();

        Assert.Equal(["first h3 begins", "first h3 ends"], _bench.Events);
        Assert.Equal(StepStatus.Failed, _bench.Store.AttemptOf("first", 3, 1).Status);
        Assert.Equal(StepStatus.Succeeded, _bench.Store.AttemptOf("first", 3, 2).Status);
        Assert.Equal(DeploymentStatus.Succeeded, _bench.Store.Outcome);
    }

    [Fact]
    public void RunAsync_AttemptWasCutOff_IsTakenUpWithTheSameNumber()
    {
        _bench.Seed("first", 1, StepStatus.Failed);
        var cut = _bench.Seed("first", 1, StepStatus.Running, number: 2);

        _bench.Stage("first", 50, 1, Pause).Run();

        Assert.Equal(2, _bench.Store.Attempts.Count);
        Assert.Equal(StepStatus.Succeeded, _bench.Store.AttemptOf("first", 1, 2).Status);
        Assert.Equal(cut.Id, _bench.Store.AttemptOf("first", 1, 2).Id);
        Assert.Contains(_bench.Sessions.Ran, r => r.Command.Script == DetachedUnit.ListStarted(DetachedUnit.Prefix(Samples.DeploymentId, "first", "h1", 2)));
    }

    // What is done about a master that is off is done through the others.
    [Fact]
    public void RunAsync_CutOffWithoutDetachedCommands_DoesNotAskTheTargetForThem()
    {
        _bench.Seed("first", 1, StepStatus.Running);

        _bench.Stage("first", 50, 1, Pause).WithoutDetached().Run();

        Assert.Equal(StepStatus.Succeeded, _bench.Store.AttemptOf("first", 1, 1).Status);
        Assert.Empty(_bench.Sessions.Ran);
    }

    [Fact]
    public void RunAsync_UnitOfACutOffAttemptStillRuns_IsFollowedToItsEndFirst()
    {
        _bench.Seed("first", 1, StepStatus.Running);
        var unit = DetachedUnit.For(Samples.DeploymentId, "first", "h1", 1, "long");
        var answers = new Queue<string>(["running 6 0 -\nbegun\n", "ended 4 0 0\nend\n"]);
        _bench.Sessions.Respond = (_, command, _) => Task.FromResult(FakeSessions.Ok(
            command.Summary.StartsWith("Look for commands", StringComparison.Ordinal) ? unit.Name + "\n"
            : command.Summary == $"Follow {unit.Name}" ? answers.Dequeue() : ""));

        _bench.Stage("first", 50, 1, (_, _) =>
        {
            _bench.Events.Add($"answers left: {answers.Count}");
            return Task.CompletedTask;
        }).Run();

        Assert.Equal(["first h1 begins", "answers left: 0", "first h1 ends"], _bench.Events);
        Assert.Equal(["begun", "end"], _bench.Store.Log.Where(l => l.Stream == LineSource.Output).Select(l => l.Text));
        Assert.Equal(new StreamOffsets(unit.Name, 10, 0), _bench.Store.Offsets[unit.Name]);
    }

    [Fact]
    public void RunAsync_DetachedCommandWasReadBefore_GoesOnBehindTheStoredOffsets()
    {
        var unit = DetachedUnit.For(Samples.DeploymentId, "first", "h1", 1, "long");
        _bench.Store.Offsets[unit.Name] = new StreamOffsets(unit.Name, 6, 3);
        _bench.Sessions.Respond = (_, command, _) => Task.FromResult(FakeSessions.Ok(command.Summary == $"Follow {unit.Name}" ? "ended 4 0 0\nend\n" : ""));

        _bench.Stage("first", 50, 1, (context, stop) => context.DetachedAsync("long", stop)).Run();

        Assert.Contains(_bench.Sessions.Ran, r => r.Command.Script == unit.Follow(6, 3));
        Assert.Equal(new StreamOffsets(unit.Name, 10, 3), _bench.Store.Offsets[unit.Name]);
    }

    [Fact]
    public void RunAsync_PackageIsGoneAndNothingIsSent_Runs()
    {
        _bench.Packages.Packages.Clear();

        _bench.Stage("first", 50, 1, Pause).Run();

        Assert.Equal(DeploymentStatus.Succeeded, _bench.Store.Outcome);
    }

    [Fact]
    public void RunAsync_LeavingHostIsLeftOut_IsListedAsNotCleaned()
    {
        var leaving = Samples.Member(9, ClusterPanel.Core.Clusters.NodeRole.ControlPlane);
        _bench.Store.Ask(RequestKind.Skip, leaving.HostId);

        _bench.Stage("first", 50, 1, Pause).With(leaving).Run();

        Assert.Equal("Left out: h9.", _bench.Store.Reason);
        Assert.Equal([leaving], _bench.Store.Spec!.NotCleaned);
        Assert.Equal(Samples.Spec().Members, _bench.Store.Spec.Members);
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("drain-node", true)]
    [InlineData("delete-node", false)]
    public void RemainsWhenLeftOut_LeavingWorker_UntilItsNodeIsDeleted(string succeeded, bool expected)
    {
        var spec = Samples.Spec();
        var leaving = spec.Members[4];
        var plan = RemoveNodesPlan.Build(new PlanInput(Samples.ClusterId, spec with { Members = [.. spec.Members.Except([leaving])] }, null), [leaving], new DrainOptions());

        Assert.Equal(expected, plan.RemainsWhenLeftOut(leaving, s => s.Key == succeeded));
        Assert.False(plan.RemainsWhenLeftOut(spec.Members[3], _ => false));
    }

    [Fact]
    public void RemainsWhenLeftOut_HostThatIsOnlyCleaned_IsNoMemberAgain()
    {
        var cluster = Samples.Cluster();
        var left = cluster.Spec.Members[4];
        cluster.Spec = cluster.Spec with { Members = [.. cluster.Spec.Members.Except([left])], NotCleaned = [left] };

        var plan = ResetClusterPlan.BuildForLeft(cluster, [left.HostId]);

        Assert.Equal(["clean-host", "delete-node"], plan.Stages.Select(s => s.Step));
        Assert.False(plan.RemainsWhenLeftOut(left, _ => false));
    }

    [Fact]
    public void RunAsync_LeavingWorkerIsLeftOutBeforeItsNodeIsDeleted_IsAMemberAsBefore()
    {
        var leaving = Samples.Member(9, ClusterPanel.Core.Clusters.NodeRole.Worker);
        _bench.Store.Ask(RequestKind.Skip, leaving.HostId);

        _bench.Stage("delete-node", 50, 1, Pause).With(leaving).Run();

        Assert.Equal("Left out: h9. h9 is a node as before, cordoned when its drain had begun.", _bench.Store.Reason);
        Assert.Empty(_bench.Store.Spec!.NotCleaned);
        Assert.Equal([.. Samples.Spec().Members, leaving], _bench.Store.Spec.Members);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public void MayBeLeftOut_LeavingMaster_OnlyWithoutAMemberInEtcd(bool succeeded, bool expected)
    {
        var spec = Samples.Spec();
        var leaving = spec.Members[2];
        var plan = RemoveNodesPlan.Build(new PlanInput(Samples.ClusterId, spec with { Members = [.. spec.Members.Except([leaving])] }, null), [leaving], new DrainOptions());

        Assert.Equal(expected, plan.MayBeLeftOut(leaving, s => succeeded && s.Step == "remove-etcd-member"));
    }

    [Fact]
    public void RunAsync_PackageIsGone_FailsAndSaysSo()
    {
        _bench.Packages.Packages.Clear();

        _bench.Stage("sends", 50, 1, Pause).Run();

        Assert.Empty(_bench.Events);
        Assert.Equal(DeploymentStatus.Failed, _bench.Store.Outcome);
        Assert.Contains("no longer registered", _bench.Store.Reason);
    }

    [Fact]
    public void RunAsync_ClusterIsGone_IsInterrupted()
    {
        _bench.Clusters.Clusters.Clear();

        _bench.Stage("first", 50, 1, Pause).Run();

        Assert.Equal(DeploymentStatus.Interrupted, _bench.Store.Outcome);
    }

    [Fact]
    public void RunAsync_Succeeds_ClosesEverySession()
    {
        _bench.Stage("first", 50, 5, (context, stop) => context.ChangeAsync("change", stop)).Run();

        Assert.Equal(5, _bench.Sessions.Ran.Count);
        Assert.Equal(0, _bench.Sessions.Open);
    }

    [Fact]
    public void RunAsync_Activity_IsStoredWhileTheAttemptRuns()
    {
        var activities = new List<string?>();
        _bench.Store.OnAttempt = a => activities.Add(a.Activity);
        var tries = 0;

        _bench.Stage("first", 50, 1, (context, stop) => context.UntilAsync(new Wait("the moon", TimeSpan.FromMinutes(1), "clouds"), _ => Task.FromResult(++tries < 6 ? "it is behind a cloud" : null), stop)).Run();

        Assert.Contains(activities, a => a?.StartsWith("Waits for the moon since 03:04:05, until 03:05:05 UTC: it is behind a cloud. Likely cause: clouds.", StringComparison.Ordinal) == true);
        Assert.Null(_bench.Store.AttemptOf("first", 1).Activity);
    }

    [Fact]
    public void RunAsync_CommandPrintsTheLoginsPassword_IsHiddenInLogFailureAndEvidence()
    {
        _bench.Sessions.Respond = (_, command, _) => Task.FromResult(command.Summary == "Look for full disks" ? FakeSessions.Ok("") : FakeSessions.Result(
            command.Summary == "Change for first" ? 1 : 0, $"clusterpanel-evidence journal\nthe password is {FakeCredentialStore.Password}\n", $"refused: {FakeCredentialStore.Password}\n"));

        _bench.Stage("first", 50, 1, (context, stop) => context.ChangeAsync("change", stop)).Run();

        var failure = _bench.Store.AttemptOf("first", 1).Failure!;
        var everything = string.Join('\n', [.. _bench.Store.LogTexts, _bench.Store.Reason!, failure.Message, .. failure.LastLines, .. failure.Evidence.Select(e => e.Text)]);
        Assert.DoesNotContain(FakeCredentialStore.Password, everything);
        Assert.Contains("the password is [redacted]", failure.Evidence.Single().Text);
        Assert.Contains("refused: [redacted]", failure.LastLines);
    }

    [Fact]
    public void RunAsync_LinesOfOneHost_AreInTheOrderInWhichTheyCame()
    {
        _bench.Sessions.Respond = (_, _, _) => Task.FromResult(FakeSessions.Ok("one\ntwo\n"));

        _bench.Stage("first", 50, 1, async (context, stop) =>
        {
            await context.SayAsync("before", stop);
            await context.ChangeAsync("change", stop);
            await context.SayAsync("after", stop);
        }).Run();

        Assert.Equal(
            ["Test: begins, run by panel-1:42:abcd with token 7.", "Title of first.", "before", "Change for first", "one", "two", "after", "Title of first: done.", "The deployment has ended: Succeeded."],
            _bench.Store.LogTexts);
        Assert.Equal(Enumerable.Range(1, 9).Select(i => (long)i), _bench.Store.Log.Select(l => l.Sequence));
        Assert.Equal(("first", "h1", LineSource.Output), (_bench.Store.Log[4].Stage, _bench.Store.Log[4].Host, _bench.Store.Log[4].Stream));
    }

    private static Task Pause(StepContext context, CancellationToken stop) => Task.Delay(TimeSpan.FromSeconds(1), context.Time, stop);

    private static void FailOn(string host, StepContext context)
    {
        if (context.Target.HostName == host)
        {
            throw new CommandFailedException(host, "Do something", 3, ["it is broken"]);
        }
    }
}
