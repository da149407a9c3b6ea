using ClusterPanel.Infrastructure.Persistence;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ClusterPanel.Infrastructure.Deployments;

/// <summary>Removes the logs of deployments that ended long ago, as the setting says.</summary>
internal sealed class LogRetention(LogLineStore log, IOptions<LogOptions> options, TimeProvider time, ILogger<LogRetention> logger) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (options.Value.KeepDays > 0)
        {
            try
            {
                var removed = await log.RemoveOldAsync(time.GetUtcNow().AddDays(-options.Value.KeepDays), options.Value.KeepDays, stoppingToken);
                if (removed > 0)
                {
                    Log.LogsRemoved(logger, removed, options.Value.KeepDays);
                }
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                Log.LogsNotRemoved(logger, e);
            }

            await Task.Delay(Every, time, stoppingToken);
        }
    }
}
