using ClusterPanel.Core.Deployments;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ClusterPanel.Infrastructure.Deployments;

/// <summary>
/// Claims deployments and runs them: new ones, and those whose holder died. There is no other mechanism of recovery, so a
/// restarted panel and a second panel process do the same thing.
/// </summary>
public sealed class DeploymentWorker(IServiceScopeFactory scopes, PanelIdentity panel, TimeProvider time, ILogger<DeploymentWorker> logger) : BackgroundService
{
    private const int AtOnce = 20;
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var running = new List<Task>();
        try
        {
            while (true)
            {
                running.RemoveAll(t => t.IsCompleted);
                var asked = time.GetTimestamp();
                if (running.Count >= AtOnce || await ClaimAsync(stoppingToken) is not { } lease)
                {
                    await Task.Delay(LookEvery, time, stoppingToken);
                    continue;
                }

                Log.Claimed(logger, lease.DeploymentId, lease.Token);
                running.Add(RunAsync(lease, asked, stoppingToken));
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Work under way is handed back: each run gives its lease up, and whoever starts next goes on.
            await Task.WhenAll(running);
        }
    }

    private async Task<Lease?> ClaimAsync(CancellationToken stoppingToken)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            return await scope.ServiceProvider.GetRequiredService<IDeploymentStore>().ClaimAsync(panel.Process, stoppingToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Log.ClaimFailed(logger, e);
            return null;
        }
    }

    private async Task RunAsync(Lease lease, long asked, CancellationToken stoppingToken)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<DeploymentRunner>().RunAsync(lease, asked, stoppingToken);
            Log.Ended(logger, lease.DeploymentId);
        }
        catch (Exception e)
        {
            Log.RunFailed(logger, lease.DeploymentId, e);
        }
    }
}
