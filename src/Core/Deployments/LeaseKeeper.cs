namespace ClusterPanel.Core.Deployments;

/// <summary>
/// Renews a lease while its work runs, and stops the work when it may be lost: 15 s after the <em>start</em> of the last
/// claim or successful renewal on this process's own monotonic clock, 5 s before the database lets anybody else claim.
/// </summary>
internal sealed class LeaseKeeper(IDeploymentStore store, Lease lease, TimeProvider time)
{
    /// <summary>True when the work was stopped because the lease is, or may be, somebody else's.</summary>
    public bool Lost { get; private set; }

    /// <summary>Runs until the token is cancelled; cancels it itself when the lease is lost.</summary>
    /// <param name="claimed">Timestamp from before the claim was asked for.</param>
    /// <param name="work">What is cancelled.</param>
    public async Task RunAsync(long claimed, CancellationTokenSource work)
    {
        var renewed = claimed;
        try
        {
            while (true)
            {
                var left = Lease.StopAfter - time.GetElapsedTime(renewed);
                await Task.Delay(left < TimeSpan.Zero ? TimeSpan.Zero : left < Lease.RenewEvery ? left : Lease.RenewEvery, time, work.Token);
                var begun = time.GetTimestamp();
                if (await RenewAsync(renewed, work.Token) is not { } held)
                {
                    if (time.GetElapsedTime(renewed) < Lease.StopAfter)
                    {
                        continue;
                    }

                    held = false;
                }

                if (!held)
                {
                    Lost = true;
                    await work.CancelAsync();
                    return;
                }

                renewed = begun;
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    // True: renewed. False: another process has it. Null: the database did not answer in time.
    private async Task<bool?> RenewAsync(long renewed, CancellationToken stop)
    {
        var left = Lease.StopAfter - time.GetElapsedTime(renewed);
        if (left <= TimeSpan.Zero)
        {
            return null;
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using var timer = time.CreateTimer(_ => limit.Cancel(), null, left, Timeout.InfiniteTimeSpan);
        try
        {
            return await store.RenewAsync(lease, limit.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return null;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return null;
        }
    }
}
