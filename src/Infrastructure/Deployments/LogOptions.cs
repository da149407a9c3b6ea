namespace ClusterPanel.Infrastructure.Deployments;

/// <summary>Section <c>Log</c>: how much of the deployments' logs is kept.</summary>
public sealed class LogOptions
{
    public const string Section = "Log";

    /// <summary>MiB of one command's output that are kept from its beginning; of what follows only the last lines are.</summary>
    public int MaxMebibytesPerCommand { get; set; } = 16;

    /// <summary>Days after which the log of a finished deployment is removed; 0 keeps it for ever.</summary>
    public int KeepDays { get; set; } = 365;
}
