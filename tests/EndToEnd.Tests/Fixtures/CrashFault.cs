namespace ClusterPanel.EndToEnd.Tests.Fixtures;

/// <summary>What happens to a deployment in the middle.</summary>
internal enum CrashFault
{
    /// <summary>kill -9 of the panel, which is started again.</summary>
    KillPanel,

    /// <summary>SIGTERM to the panel, which is started again.</summary>
    TerminatePanel,

    /// <summary>The host's sshd processes of the panel's connection are killed.</summary>
    CutSsh,

    /// <summary>The host's network cable is out for 30 s.</summary>
    NetworkDown,

    /// <summary>Power cut of the host, and on again.</summary>
    Reboot,

    /// <summary>The host's disk is full for some seconds.</summary>
    DiskFull,

    /// <summary>The panel's PostgreSQL is down, or its SQLite file locked by somebody else, for 20 s.</summary>
    DatabaseDown,
}
