using System.Globalization;
using ClusterPanel.Core.Hosts;

namespace ClusterPanel.Core.Deployments;

/// <summary>One try of one step on one host. The only place that turns an exception into Failed.</summary>
internal sealed class AttemptRun(DeploymentRun run, Stage stage, StageHost host, StepCatalog steps)
{
    private Attempt _attempt = null!;
    private StepContext _context = null!;

    /// <summary>Runs it, or takes it up again where an earlier process left it. What is returned has ended and is stored.</summary>
    /// <param name="last">The last attempt of this stage on this host, or null.</param>
    /// <param name="stop">The lease is lost, or the process ends: the attempt stays Running for whoever goes on.</param>
    public async Task<Attempt> RunAsync(Attempt? last, CancellationToken stop)
    {
        var cutOff = last is { Status: StepStatus.Running };
        _attempt = cutOff ? last! : await BeginAsync(last, stop);
        _context = new StepContext(run, stage, host, _attempt);
        using var work = CancellationTokenSource.CreateLinkedTokenSource(stop, run.Requests.Stopped, run.Requests.Skipped(host.Member.HostId));
        try
        {
            work.Token.ThrowIfCancellationRequested();
            await _context.SayAsync($"{stage.Title}{(cutOff ? ": goes on after an interruption" : "")}{(_attempt.Number > 1 ? string.Create(CultureInfo.InvariantCulture, $" (attempt {_attempt.Number})") : "")}.", stop);
            await TryAsync(cutOff, work.Token);
            return await EndAsync(StepStatus.Succeeded, "done.", stop);
        }
        catch (LeaseLostException)
        {
            throw;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            throw;
        }
        catch (OperationCanceledException) when (run.Requests.SkippedBy(host.Member.HostId) is { } by)
        {
            return await EndAsync(StepStatus.Skipped, $"left out by {by}. What still runs there ends by itself.", stop);
        }
        catch (OperationCanceledException) when (run.Requests.CanceledBy is { } by)
        {
            if (run.Requests.Stopped.IsCancellationRequested)
            {
                await _context.StopAsync(steps.Find(stage.Step), stop);
            }

            return await EndAsync(StepStatus.Canceled, $"stopped by {by}.", stop);
        }
        catch (Exception e)
        {
            var message = run.Log.Redactor.Clean(e is HostException ? e.Message : $"The panel itself failed: {e.Message}");
            await _context.SayAsync($"{stage.Title}: failed. {message}", stop);
            _attempt.Failure = await DescribeAsync(e, message, stop);
            return await EndAsync(StepStatus.Failed, null, stop);
        }
    }

    private async Task<Attempt> BeginAsync(Attempt? last, CancellationToken stop)
    {
        var attempt = new Attempt
        {
            DeploymentId = run.Lease.DeploymentId,
            Stage = stage.Key,
            HostId = host.Member.HostId,
            Number = (last?.Number ?? 0) + 1,
            StartedAt = run.Time.GetUtcNow(),
        };
        await run.Store.AddAttemptAsync(run.Lease, attempt, stop);
        run.Add(attempt);
        return attempt;
    }

    private async Task<Attempt> EndAsync(StepStatus status, string? said, CancellationToken stop)
    {
        if (said is not null)
        {
            await _context.SayAsync($"{stage.Title}: {said}", stop);
        }

        _attempt.Status = status;
        _attempt.EndedAt = run.Time.GetUtcNow();
        _attempt.Activity = null;

        // What it printed is stored before it is taken for done: nobody runs it again for the sake of its lines.
        await run.Log.FlushAsync(stop);
        await run.Store.UpdateAttemptAsync(run.Lease, _attempt, stop);
        return _attempt;
    }

    // A broken link, a busy host and a full disk are tried again by themselves, with back-off and a limit; everything else is for
    // the operator. Who cancels does not want another try.
    private async Task TryAsync(bool cutOff, CancellationToken cancellationToken)
    {
        // What is detached, or sent, goes on where it was.
        var longest = host.Commands.Where(c => c.Kind is CommandKind.Look or CommandKind.Change).Select(c => c.Timeout).DefaultIfEmpty().Max();
        var backOff = new BackOff(run.Time, stage.Optional ? BackOff.Short : BackOff.Long, longest);
        while (true)
        {
            try
            {
                if (cutOff)
                {
                    await _context.ReattachAsync(cancellationToken);
                }

                await steps.Find(stage.Step).RunAsync(_context, cancellationToken);
                return;
            }
            catch (HostException e)
            {
                if (await MayPassAsync(e, cancellationToken) is not { } why || run.Requests.CanceledBy is not null || backOff.Next() is not { } wait)
                {
                    throw;
                }

                await run.Sessions.DropAsync(host.Member.HostId);
                await _context.SayAsync($"{why} Tries again in {wait.TotalSeconds:0} s, until {backOff.Deadline:HH:mm:ss} UTC.", cancellationToken);
                run.Report(_attempt, $"{why} Tries again since {backOff.Since:HH:mm:ss}, until {backOff.Deadline:HH:mm:ss} UTC. Likely cause: {LikelyCause(e.Kind)}.");
                using var pause = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, run.Requests.Canceled);
                await Task.Delay(wait, run.Time, pause.Token);
                cutOff = true;
            }
        }
    }

    // Why it may go better soon, or null. A command that failed of a full disk says anything, or nothing.
    private async Task<string?> MayPassAsync(HostException e, CancellationToken cancellationToken) => e.Kind switch
    {
        FailureKind.Network or FailureKind.Busy => e.Message,
        FailureKind.Permanent when await _context.FullDiskAsync(cancellationToken) is { } full => $"{e.Message} {full}",
        FailureKind.Permanent when SaysFull(e) => $"{e.Message} A disk was full just now.",
        _ => null,
    };

    // The disk may have room again by the time it is looked at. dash calls every failed write an I/O error.
    private static bool SaysFull(HostException e) => e is CommandFailedException { LastLines: var lines }
        && lines.Any(l => l.Contains("No space left on device", StringComparison.Ordinal) || l.EndsWith("echo: I/O error", StringComparison.Ordinal));

    private static string LikelyCause(FailureKind kind) => kind switch
    {
        FailureKind.Network => "the host is off or restarting, the network between is down, or another master that is needed is away",
        FailureKind.Busy => "a command that was started before still runs on the host",
        _ => "the disk is full",
    };

    private async Task<StepFailure> DescribeAsync(Exception e, string message, CancellationToken stop)
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
}
