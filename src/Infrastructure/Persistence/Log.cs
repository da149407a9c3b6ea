using Microsoft.Extensions.Logging;

namespace ClusterPanel.Infrastructure.Persistence;

internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "Bringing the database to schema {Migration}")]
    public static partial void Migrating(ILogger logger, string migration);
}
