using System.Globalization;
using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Hosts;
using ClusterPanel.Core.Packages;

namespace ClusterPanel.Core.Deployments;

/// <summary>
/// Runs a claimed deployment: its stages in order, each on its hosts in a sliding window. The only place that turns an
/// exception into Failed. It can begin at any point: what succeeded is skipped, an attempt that was cut off is taken up again.
/// </summary>
public sealed class DeploymentRunner(
    IDeploymentStore store,
    IClusterStore clusters,
    IPackageStore packages,
    IHostStore hosts,
    ICredentialStore credentials,
    IHostSessions sessions,
    StepCatalog steps,
    PanelIdentity panel,
    TimeProvider time)
{
    private static readonly TimeSpan WatchEvery = TimeSpan.FromSeconds(1);

    /// <summary>Runs until the deployment has an outcome, the lease is lost, or the process is asked to stop.</summary>
    /// <param name="lease">The claim.</param>
    /// <param name="shutdown">The process ends: the lease is given back, another process (or the next start) goes on.</param>
    public async Task RunAsync(Lease lease, CancellationToken shutdown)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(shutdown);
        var canceled = new CancelRequest();
        var keeper = new LeaseKeeper(store, lease, time);
        var renewal = keeper.RunAsync(stop);
        try
        {
            await RunUnderLeaseAsync(lease, canceled, stop.Token);
        }
        catch (OperationCanceledException) when (shutdown.IsCancellationRequested && !keeper.Lost)
        {
            await store.ReleaseAsync(lease, CancellationToken.None);
        }
        catch (OperationCanceledException) when (keeper.Lost)
        {
            // Another process goes on; there is nothing this one may still write.
        }
        catch (LeaseLostException)
        {
        }
        catch (Exception e) when (e is InvalidOperationException or System.Text.Json.JsonException or KeyNotFoundException)
        {
            // A plan this version cannot run would be claimed and dropped for ever. What comes from a database that is down is not
            // caught here: the lease runs out, and whoever claims next goes on.
            await store.FinishAsync(lease, DeploymentStatus.Interrupted, $"This version of the panel cannot go on with it: {e.Message}", CancellationToken.None);
        }
        finally
        {
            await stop.CancelAsync();
            await renewal;
        }
    }

    private async Task RunUnderLeaseAsync(Lease lease, CancelRequest canceled, CancellationToken stop)
    {
        var plan = await store.ReadPlanAsync(lease.DeploymentId, stop);
        var cluster = await clusters.FindAsync(lease.ClusterId, stop) ?? throw new InvalidOperationException($"Cluster {lease.ClusterId} of deployment {lease.DeploymentId} is gone.");
        await using var log = new DeploymentLog(store, lease, time);
        await using var pool = new SessionPool(hosts, sessions, credentials, log.Redactor);
        var package = await packages.FindAsync(cluster.Spec.PackageId, stop);
        var attempts = (await store.ListAttemptsAsync(lease.DeploymentId, stop)).ToList();
        await SayAsync(log, $"{plan.Title}: {(attempts.Count == 0 ? "begins" : "goes on")}, run by {lease.Owner} with token {lease.Token}.", stop);
        if (package is null)
        {
            await EndAsync(lease, log, DeploymentStatus.Failed, "The package this cluster is made from is no longer registered. Register it again.", stop);
            return;
        }

        var fence = new Fence(panel.Id, cluster.Id, lease.Token, lease.Owner);
        var run = new DeploymentRun(lease, new PlanInput(cluster.Id, cluster.Spec, package), fence, store, clusters, log, pool, time);
        using var work = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using var watched = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var watch = WatchAsync(run, canceled, watched.Token);
        string? reason = null;
        try
        {
            foreach (var group in Groups(plan))
            {
                reason = await RunGroupAsync(run, group, attempts, canceled, work);
                if (reason is not null || canceled.By is not null)
                {
                    break;
                }
            }
        }
        finally
        {
            await watched.CancelAsync();
            await watch;
        }

        if (reason is null && canceled.By is null)
        {
            await clusters.SetReadyAsync(cluster.Id, stop);
            await EndAsync(lease, log, DeploymentStatus.Succeeded, null, stop);
        }
        else if (canceled.By is not null)
        {
            await EndAsync(lease, log, DeploymentStatus.Canceled, $"Stopped by {canceled.By}. Retry continues it.", stop);
        }
        else
        {
            await EndAsync(lease, log, DeploymentStatus.Failed, reason, stop);
        }
    }

    // A stage and those marked WithPrevious that follow it.
    private static IEnumerable<IReadOnlyList<Stage>> Groups(Plan plan)
    {
        var group = new List<Stage>();
        foreach (var stage in plan.Stages)
        {
            if (group.Count > 0 && !stage.WithPrevious)
            {
                yield return group;
                group = [];
            }

            group.Add(stage);
        }

        yield return group;
    }

    // Every host goes through the group's stages at its own speed. Returns why the group failed, or null. A failing host does not
    // keep the others from finishing.
    private async Task<string?> RunGroupAsync(DeploymentRun run, IReadOnlyList<Stage> group, List<Attempt> attempts, CancelRequest canceled, CancellationTokenSource running)
    {
        var windows = group.Select(stage => new StageWindow(stage)).ToList();
        var work = group.SelectMany(stage => stage.Hosts).Select(h => h.Member.HostId).Distinct().Select(async host =>
        {
            foreach (var window in windows)
            {
                if (window.Find(host) is { } target && !await RunInWindowAsync(run, window, target, [.. Earlier(attempts, window.Stage, target)], canceled, running))
                {
                    return;
                }
            }
        }).ToList();
        try
        {
            await Task.WhenAll(work);
        }
        finally
        {
            windows.ForEach(w => w.Dispose());
        }

        return windows.Select(w => w.Failure).FirstOrDefault(f => f is not null);
    }

    // True when the host may go on to the next stage.
    private async Task<bool> RunInWindowAsync(DeploymentRun run, StageWindow window, StageHost host, IReadOnlyList<Attempt> earlier, CancelRequest canceled, CancellationTokenSource running)
    {
        if (earlier.Any(a => a.Status is StepStatus.Succeeded or StepStatus.Skipped))
        {
            return true;
        }

        await window.EnterAsync(running.Token);
        try
        {
            if (canceled.By is not null || window.IsClosed)
            {
                return false;
            }

            var error = await RunHostAsync(run, window.Stage, host, earlier, canceled, running.Token);
            window.Failure ??= error;
            return error is null;
        }
        catch (LeaseLostException)
        {
            // Nobody of this process may go on: the other hosts stop at once.
            await running.CancelAsync();
            throw;
        }
        finally
        {
            window.Leave();
        }
    }

    private static IEnumerable<Attempt> Earlier(List<Attempt> attempts, Stage stage, StageHost host) =>
        attempts.Where(a => a.Stage == stage.Key && a.HostId == host.Member.HostId);

    private async Task<string?> RunHostAsync(DeploymentRun run, Stage stage, StageHost host, IReadOnlyList<Attempt> earlier, CancelRequest canceled, CancellationToken stop)
    {
        var attempt = earlier.LastOrDefault(a => a.Status == StepStatus.Running);
        var cutOff = attempt is not null;
        if (attempt is null)
        {
            attempt = new Attempt
            {
                DeploymentId = run.Lease.DeploymentId,
                Stage = stage.Key,
                HostId = host.Member.HostId,
                Number = earlier.Count + 1,
                StartedAt = time.GetUtcNow(),
            };
            await store.AddAttemptAsync(run.Lease, attempt, stop);
        }

        var context = new StepContext(run, stage, host, attempt);
        try
        {
            await context.SayAsync($"{stage.Title}{(cutOff ? ": goes on after an interruption" : "")}{(attempt.Number > 1 ? string.Create(CultureInfo.InvariantCulture, $" (attempt {attempt.Number})") : "")}.", stop);
            await TryAsync(run, stage, host, attempt, context, cutOff, canceled, stop);
            await context.SayAsync($"{stage.Title}: done.", stop);
            attempt.Status = StepStatus.Succeeded;
            attempt.EndedAt = time.GetUtcNow();
            attempt.Activity = null;
            await store.UpdateAttemptAsync(run.Lease, attempt, stop);
            return null;
        }
        catch (HostException e) when (e.Kind == FailureKind.Fenced)
        {
            throw new LeaseLostException(run.Lease);
        }
        catch (Exception e) when (e is not LeaseLostException && !(e is OperationCanceledException && stop.IsCancellationRequested))
        {
            var message = run.Log.Redactor.Clean(e is HostException ? e.Message : $"The panel itself failed: {e.Message}");
            await context.SayAsync($"{stage.Title}: failed. {message}", stop);
            attempt.Failure = await DescribeAsync(run, host, e, message, stop);
            attempt.Status = StepStatus.Failed;
            attempt.EndedAt = time.GetUtcNow();
            attempt.Activity = null;
            await store.UpdateAttemptAsync(run.Lease, attempt, stop);
            return $"{stage.Title} failed on {host.Member.HostName}: {message}";
        }
    }

    // A broken link is tried again by itself, with back-off and a limit; everything else is for the operator.
    private async Task TryAsync(DeploymentRun run, Stage stage, StageHost host, Attempt attempt, StepContext context, bool cutOff, CancelRequest canceled, CancellationToken stop)
    {
        var backOff = new BackOff(time);
        while (true)
        {
            try
            {
                if (cutOff)
                {
                    await context.ReattachAsync(stop);
                }

                await steps.Find(stage.Step).RunAsync(context, stop);
                return;
            }
            catch (HostException e) when (e.Kind is FailureKind.Network or FailureKind.Busy && canceled.By is null && backOff.Next() is { } wait)
            {
                await run.Sessions.DropAsync(host.Member.HostId);
                await context.SayAsync($"{e.Message} Tries again in {wait.TotalSeconds:0} s, until {backOff.Deadline:HH:mm:ss} UTC.", stop);
                run.Report(attempt, $"{e.Message} Tries again until {backOff.Deadline:HH:mm:ss} UTC.");
                await Task.Delay(wait, time, stop);
                cutOff = true;
            }
        }
    }

    private static async Task<StepFailure> DescribeAsync(DeploymentRun run, StageHost host, Exception e, string message, CancellationToken stop)
    {
        if (e is not HostException failure)
        {
            return new StepFailure(FailureKind.Permanent, message);
        }

        var command = failure as CommandFailedException;
        return new StepFailure(failure.Kind, message)
        {
            Command = command?.Summary,
            ExitCode = command?.ExitCode,
            LastLines = [.. (command?.LastLines ?? []).Select(run.Log.Redactor.Clean)],
            Evidence = command is null ? [] : await EvidenceScript.CollectAsync(run, host.Member, stop),
        };
    }

    private static async Task WatchAsync(DeploymentRun run, CancelRequest canceled, CancellationToken stop)
    {
        try
        {
            while (true)
            {
                canceled.By ??= await run.Store.ReadCancelRequestAsync(run.Lease.DeploymentId, stop);
                await run.StoreReportsAsync(stop);
                await Task.Delay(WatchEvery, run.Time, stop);
            }
        }
        catch (OperationCanceledException)
        {
        }
        catch (Exception) when (!stop.IsCancellationRequested)
        {
            // The database did not answer, or the lease is gone: the lease keeper is the judge of that and stops the work.
            await Task.Delay(WatchEvery, run.Time, CancellationToken.None);
            await WatchAsync(run, canceled, stop);
        }
    }

    private async Task EndAsync(Lease lease, DeploymentLog log, DeploymentStatus status, string? reason, CancellationToken stop)
    {
        await SayAsync(log, $"The deployment has ended: {status}.{(reason is null ? "" : " " + reason)}", stop);
        await log.FlushAsync(stop);
        await store.FinishAsync(lease, status, reason, stop);
    }

    private static ValueTask SayAsync(DeploymentLog log, string text, CancellationToken cancellationToken) =>
        log.WriteAsync("", "", LineSource.Panel, text, cancellationToken);

    private sealed class CancelRequest
    {
        public string? By { get; set; }
    }
}
