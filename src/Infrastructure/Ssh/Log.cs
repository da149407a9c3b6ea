using Microsoft.Extensions.Logging;

namespace ClusterPanel.Infrastructure.Ssh;

/// <summary>What the SSH layer logs. Never a script, an input or a secret.</summary>
internal static partial class Log
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Logged in to {Host} ({Endpoint}) as {User} in {Time}")]
    public static partial void LoggedIn(ILogger logger, string host, string endpoint, string user, TimeSpan time);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Host} hung up before greeting (attempt {Attempt}); trying again in {Time}")]
    public static partial void DialAgain(ILogger logger, string host, int attempt, TimeSpan time);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The connection to {Host} is given up: {Reason}")]
    public static partial void GivenUp(ILogger logger, string host, string reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "The connection to {Host} is closed")]
    public static partial void Closed(ILogger logger, string host);

    [LoggerMessage(Level = LogLevel.Information, Message = "Upload to {Host}:{Path} begins at byte {Offset} of {Total}")]
    public static partial void Upload(ILogger logger, string host, string path, long offset, long total);
}
