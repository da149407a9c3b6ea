namespace ClusterPanel.Core.Hosts;

/// <summary>How to log in to hosts. The secrets themselves are apart, in <see cref="CredentialSecrets"/>, and are write-only.</summary>
public sealed class Credential
{
    /// <summary>Identity of the credential.</summary>
    public Guid Id { get; init; } = Guid.NewGuid();

    /// <summary>The operator's name for it, unique.</summary>
    public required string Name { get; set; }

    /// <summary>Login name used when the host names none.</summary>
    public required string User { get; set; }

    /// <summary>What proves who we are.</summary>
    public required CredentialKind Kind { get; set; }

    /// <summary>True when a sudo password is stored (shown as "set", never the password).</summary>
    public bool HasSudoPassword { get; set; }

    /// <summary>When the secrets were last written.</summary>
    public DateTimeOffset ChangedAt { get; set; }

    /// <summary>Optimistic concurrency: raised by every update.</summary>
    public int Version { get; set; }
}
