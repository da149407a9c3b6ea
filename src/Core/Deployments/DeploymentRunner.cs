using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Hosts;
using ClusterPanel.Core.Packages;

namespace ClusterPanel.Core.Deployments;

/// <summary>
/// Runs a claimed deployment: its stages in order, each on its hosts in a sliding window. It can begin at any point: what
/// succeeded and lasts is skipped, an attempt that was cut off is taken up again.
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
    LogLimits logLimits,
    TimeProvider time)
{
    private static readonly TimeSpan WatchEvery = TimeSpan.FromSeconds(1);

    /// <summary>Runs until the deployment has an outcome, the lease is lost, or the process is asked to stop.</summary>
    /// <param name="lease">The claim.</param>
    /// <param name="claimed">This process's timestamp from before the claim was asked for.</param>
    /// <param name="shutdown">The process ends: the lease is given back, another process (or the next start) goes on.</param>
    public async Task RunAsync(Lease lease, long claimed, CancellationToken shutdown)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(shutdown);
        var keeper = new LeaseKeeper(store, lease, time);
        var renewal = keeper.RunAsync(claimed, stop);
        try
        {
            await RunUnderLeaseAsync(lease, stop.Token);
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
        catch (Exception e) when (e is (InvalidOperationException and not ObjectDisposedException and not System.Threading.Channels.ChannelClosedException) or System.Text.Json.JsonException or KeyNotFoundException)
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

    private async Task RunUnderLeaseAsync(Lease lease, CancellationToken stop)
    {
        var plan = await store.ReadPlanAsync(lease.DeploymentId, stop);
        var cluster = await clusters.FindAsync(lease.ClusterId, stop) ?? throw new InvalidOperationException($"Cluster {lease.ClusterId} of deployment {lease.DeploymentId} is gone.");
        await using var log = await DeploymentLog.OpenAsync(store, lease, time, stop);
        await using var pool = new SessionPool(hosts, sessions, credentials, log.Redactor);
        var package = await packages.FindAsync(plan.Spec.PackageId, stop);
        var attempts = await store.ListAttemptsAsync(lease.DeploymentId, stop);
        await SayAsync(log, $"{plan.Title}: {(attempts.Count == 0 ? "begins" : "goes on")}, run by {lease.Owner} with token {lease.Token}.", stop);
        if (package is null && plan.Stages.SelectMany(s => s.Hosts).SelectMany(h => h.Commands).Any(c => c.Kind == CommandKind.Upload))
        {
            await EndAsync(lease, log, DeploymentStatus.Failed, "The package this cluster is made from is no longer registered. Register it again.", stop);
            return;
        }

        using var requests = new RunRequests(store, lease.DeploymentId);
        await requests.ReadAsync(stop);
        var run = new DeploymentRun
        {
            Lease = lease,
            Input = new PlanInput(cluster.Id, plan.Spec, package),
            Fence = new Fence(panel.Id, cluster.Id, lease.Token, lease.Owner),
            Store = store,
            Clusters = clusters,
            Log = log,
            Sessions = pool,
            Requests = requests,
            LogLimits = logLimits,
            Time = time,
        };
        foreach (var attempt in attempts.OrderBy(a => a.Number))
        {
            run.Add(attempt);
        }

        foreach (var (stage, host) in plan.Stages.SelectMany(s => s.Hosts.Select(h => (Stage: s, Host: h.Member))))
        {
            if (run.LastAttempt(stage.Key, host.HostId) is { Status: StepStatus.Succeeded } last
                && plan.DoesNotLast(stage, host, s => run.LastAttempt(s.Key, host.HostId)?.Status == StepStatus.Succeeded))
            {
                run.Repeat(last);
            }
        }

        var reason = await RunStagesAsync(run, plan, stop);
        if (requests.CanceledBy is { } by)
        {
            await EndAsync(lease, log, DeploymentStatus.Canceled, string.Join(' ', [$"Stopped by {by}.", .. run.NotStopped, "Resume continues it."]), stop);
        }
        else if (reason is not null)
        {
            await EndAsync(lease, log, DeploymentStatus.Failed, reason, stop);
        }
        else
        {
            await SucceedAsync(run, plan, stop);
        }
    }

    // Null when all went well, or when it was cancelled on the way.
    private async Task<string?> RunStagesAsync(DeploymentRun run, Plan plan, CancellationToken stop)
    {
        using var work = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using var watched = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var watch = WatchAsync(run, watched.Token);
        try
        {
            foreach (var group in Groups(plan))
            {
                if (await new GroupRun(run, group, steps).RunAsync(work) is { } reason)
                {
                    return reason;
                }

                if (run.Requests.CanceledBy is not null)
                {
                    return null;
                }
            }

            return null;
        }
        finally
        {
            await watched.CancelAsync();
            await watch;
        }
    }

    // The cluster is what the plan says from now on. A leaving host that was left out is a member as before, or, when its Node is
    // deleted, still holds what was to be removed.
    private async Task SucceedAsync(DeploymentRun run, Plan plan, CancellationToken stop)
    {
        var leftOut = plan.Members().Where(m => run.Requests.SkippedBy(m.HostId) is not null).ToList();
        var remaining = leftOut.Where(m => plan.RemainsWhenLeftOut(m, s => run.LastAttempt(s.Key, m.HostId) is { Status: StepStatus.Succeeded })).ToList();
        List<string> remarks = leftOut.Count == 0 ? [] : [$"Left out: {string.Join(", ", leftOut.Select(m => m.HostName))}."];
        remarks.AddRange(remaining.Select(m => $"{m.HostName} is a node as before, cordoned when its drain had begun."));
        foreach (var stage in plan.Stages.Where(s => s.Optional))
        {
            remarks.AddRange(stage.Hosts.Select(h => (Host: h, Last: run.LastAttempt(stage.Key, h.Member.HostId)))
                .Where(h => h.Last is { Status: StepStatus.Failed }).Select(h => GroupRun.Sentence(stage, h.Host, h.Last!)));
        }

        var reason = remarks.Count == 0 ? null : string.Join(' ', remarks);
        await SayEndAsync(run.Log, DeploymentStatus.Succeeded, reason, stop);
        var spec = plan.Spec with
        {
            Members = [.. plan.Spec.Members, .. remaining],
            NotCleaned = [.. plan.Spec.NotCleaned.Concat(leftOut.Where(plan.IsLeaving)).DistinctBy(m => m.HostId).ExceptBy(remaining.Select(m => m.HostId), m => m.HostId)],
        };
        await store.SucceedAsync(run.Lease, spec, reason, stop);
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

    private static async Task WatchAsync(DeploymentRun run, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await run.Requests.ReadAsync(stop);
                await run.StoreReportsAsync(stop);
                await Task.Delay(WatchEvery, run.Time, stop);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (Exception)
            {
                // The database did not answer, or the lease is gone: the lease keeper is the judge of that and stops the work.
                await Task.Delay(WatchEvery, run.Time, CancellationToken.None);
            }
        }
    }

    private async Task EndAsync(Lease lease, DeploymentLog log, DeploymentStatus status, string? reason, CancellationToken stop)
    {
        await SayEndAsync(log, status, reason, stop);
        await store.FinishAsync(lease, status, reason, stop);
    }

    private static async Task SayEndAsync(DeploymentLog log, DeploymentStatus status, string? reason, CancellationToken stop)
    {
        await SayAsync(log, $"The deployment has ended: {status}.{(reason is null ? "" : " " + reason)}", stop);
        await log.FlushAsync(stop);
    }

    private static ValueTask SayAsync(DeploymentLog log, string text, CancellationToken cancellationToken) =>
        log.WriteAsync("", "", LineSource.Panel, text, cancellationToken);
}
