namespace ClusterPanel.Infrastructure.Ssh;

/// <summary>How commands on a host become root.</summary>
internal enum RootAccess
{
    /// <summary>The login has uid 0.</summary>
    Login,

    /// <summary>sudo without a password (NOPASSWD).</summary>
    Sudo,

    /// <summary>sudo, with the stored password on standard input.</summary>
    SudoWithPassword,
}
