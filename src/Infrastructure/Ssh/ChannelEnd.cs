namespace ClusterPanel.Infrastructure.Ssh;

/// <summary>How a channel ended: with an exit status, by a signal, or (both null) with its link.</summary>
internal readonly record struct ChannelEnd(int? ExitStatus, string? Signal)
{
    /// <summary>The exit code as a shell would tell it, or null when nobody knows.</summary>
    public int? ExitCode => ExitStatus ?? Signal switch
    {
        null => null,
        "HUP" => 129,
        "INT" => 130,
        "QUIT" => 131,
        "ABRT" => 134,
        "KILL" => 137,
        "SEGV" => 139,
        "PIPE" => 141,
        "ALRM" => 142,
        "TERM" => 143,
        _ => 128,
    };
}
