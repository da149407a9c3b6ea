using Microsoft.Extensions.Logging;

namespace ClusterPanel.Infrastructure.Packages;

internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "Registered the package {FileName}, Kubernetes {Version}.")]
    public static partial void Registered(ILogger logger, string fileName, string version);

    [LoggerMessage(2, LogLevel.Error, "The package {Path} named in the settings was not registered: {Reason}")]
    public static partial void NotRegistered(ILogger logger, string path, string reason);
}
