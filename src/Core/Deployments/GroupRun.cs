namespace ClusterPanel.Core.Deployments;

/// <summary>
/// A stage, and those that hosts reach without waiting for each other, while they run. Every host goes through at its own speed;
/// one that fails does not keep the others from finishing, and can be tried again meanwhile.
/// </summary>
internal sealed class GroupRun(DeploymentRun run, IReadOnlyList<Stage> group, StepCatalog steps)
{
    private readonly List<StageWindow> _windows = [.. group.Select(stage => new StageWindow(stage))];

    /// <summary>Runs it. Returns why it failed, or null.</summary>
    /// <param name="running">All the deployment's work; cancelled from here when another process has taken over.</param>
    public async Task<string?> RunAsync(CancellationTokenSource running)
    {
        var active = new Dictionary<Guid, Task<bool>>();
        try
        {
            Begin(active, running);
            while (active.Values.Any(t => !t.IsCompleted))
            {
                var changed = run.Requests.Changed;
                await Task.WhenAny([.. active.Values.Where(t => !t.IsCompleted), changed]);
                if (changed.IsCompleted)
                {
                    Begin(active, running);
                }
            }

            await Task.WhenAll(active.Values);
        }
        finally
        {
            _windows.ForEach(w => w.Dispose());
        }

        return _windows.Select(w => w.Failure).FirstOrDefault(f => f is not null);
    }

    // Also a second time, when failures may be tried again: a host that is through, or at work, is left alone, and nothing begins
    // any more once one has thrown.
    private void Begin(Dictionary<Guid, Task<bool>> active, CancellationTokenSource running)
    {
        foreach (var host in group.SelectMany(stage => stage.Hosts).Select(h => h.Member.HostId).Distinct())
        {
            if (!active.TryGetValue(host, out var task) || task is { IsCompletedSuccessfully: true, Result: false })
            {
                active[host] = GoThroughAsync(host, running);
            }
        }
    }

    // True when the host is through all stages, or left out.
    private async Task<bool> GoThroughAsync(Guid host, CancellationTokenSource running)
    {
        foreach (var window in _windows)
        {
            if (window.Find(host) is { } target && !await GoThroughAsync(window, target, running))
            {
                return false;
            }
        }

        return true;
    }

    private async Task<bool> GoThroughAsync(StageWindow window, StageHost host, CancellationTokenSource running)
    {
        var id = host.Member.HostId;
        var last = run.LastAttempt(window.Stage.Key, id);
        if (last?.Status is StepStatus.Succeeded or StepStatus.Skipped && !run.IsToBeRepeated(last))
        {
            return true;
        }

        if (last is { Status: StepStatus.Failed } && window.Stage.Optional)
        {
            return true;
        }

        if (last is { Status: StepStatus.Failed } && run.Requests.SkippedBy(id) is null && !run.Requests.MayTryAgain(last))
        {
            window.Fail(id, Sentence(window.Stage, host, last));
            return false;
        }

        window.Forgive(id);
        await window.EnterAsync(running.Token);
        try
        {
            if (run.Requests.CanceledBy is not null || window.IsClosed)
            {
                return false;
            }

            var attempt = await new AttemptRun(run, window.Stage, host, steps).RunAsync(last, running.Token);
            if (attempt.Status == StepStatus.Failed && window.Stage.Optional)
            {
                return true;
            }

            if (attempt.Status == StepStatus.Failed)
            {
                window.Fail(id, Sentence(window.Stage, host, attempt));
            }

            return attempt.Status is StepStatus.Succeeded or StepStatus.Skipped;
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

    /// <summary>A failed attempt in one sentence.</summary>
    public static string Sentence(Stage stage, StageHost host, Attempt failed) =>
        $"{stage.Title} failed on {host.Member.HostName}: {failed.Failure?.Message ?? "No more is known."}";
}
