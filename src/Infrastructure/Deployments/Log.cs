using Microsoft.Extensions.Logging;

namespace ClusterPanel.Infrastructure.Deployments;

internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "Claimed deployment {DeploymentId} with token {Token}.")]
    public static partial void Claimed(ILogger logger, Guid deploymentId, long token);

    [LoggerMessage(2, LogLevel.Information, "No longer working on deployment {DeploymentId}.")]
    public static partial void Ended(ILogger logger, Guid deploymentId);

    [LoggerMessage(3, LogLevel.Error, "The database could not be asked for work.")]
    public static partial void ClaimFailed(ILogger logger, Exception exception);

    [LoggerMessage(4, LogLevel.Error, "Work on deployment {DeploymentId} stopped unexpectedly; it is claimed again when its lease has run out.")]
    public static partial void RunFailed(ILogger logger, Guid deploymentId, Exception exception);

    [LoggerMessage(5, LogLevel.Information, "Removed the logs of {Deployments} deployments that ended more than {Days} days ago.")]
    public static partial void LogsRemoved(ILogger logger, int deployments, int days);

    [LoggerMessage(6, LogLevel.Error, "Old logs could not be removed; tried again in an hour.")]
    public static partial void LogsNotRemoved(ILogger logger, Exception exception);
}
