namespace ClusterPanel.Infrastructure.Ssh;

/// <summary>Limits and times of the SSH layer.</summary>
public sealed record SshSettings
{
    /// <summary>Connections being made at once, over all hosts.</summary>
    public int Dials { get; init; } = 50;

    /// <summary>Commands at once on one host. sshd's MaxSessions is 10 by default; two are left for the probe and for people.</summary>
    public int Channels { get; init; } = 8;

    /// <summary>Longest wait for one answer while connecting, logging in or opening a channel.</summary>
    public TimeSpan AnswerTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Longest wait for a whole login.</summary>
    public TimeSpan DialTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How often a login is tried again when sshd hangs up before greeting (MaxStartups).</summary>
    public int DialRetries { get; init; } = 6;

    /// <summary>Something is sent this often, so that firewalls keep the connection.</summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>After this silence the link is checked.</summary>
    public TimeSpan ProbeAfter { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>A link that does not answer the check in this time is given up.</summary>
    public TimeSpan ProbeTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A connection nobody uses is kept this long.</summary>
    public TimeSpan KeepUnused { get; init; } = TimeSpan.FromSeconds(10);
}
