using Microsoft.Extensions.Logging;

namespace ClusterPanel.Infrastructure.Clusters;

/// <summary>What reading from clusters logs.</summary>
internal static partial class Log
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Cluster {Cluster} is read through {Master}")]
    public static partial void Through(ILogger logger, string cluster, string master);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Cluster {Cluster} cannot be read through {Master}: {Reason}")]
    public static partial void NotThrough(ILogger logger, string cluster, string master, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Cluster {Cluster}: Node {Node} of a host that was removed and not cleaned is back; it was cordoned")]
    public static partial void Cordoned(ILogger logger, string cluster, string node);

    [LoggerMessage(Level = LogLevel.Information, Message = "Cluster {Cluster}: workers are back that were away when its masters changed; deployment {Deployment} sets their lists")]
    public static partial void ListsSet(ILogger logger, string cluster, Guid deployment);

    [LoggerMessage(Level = LogLevel.Error, Message = "A look at the clusters failed; the next one follows")]
    public static partial void WatchFailed(ILogger logger, Exception exception);
}
