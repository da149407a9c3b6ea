namespace ClusterPanel.Core.Hosts;

/// <summary>The secret half of a credential. Encrypted at rest; leaves the store only towards an SSH connection.</summary>
public sealed record CredentialSecrets
{
    /// <summary>Login password; null for key credentials.</summary>
    public string? Password { get; init; }

    /// <summary>Private key in OpenSSH or PEM form; null for password credentials.</summary>
    public string? PrivateKey { get; init; }

    /// <summary>Passphrase of <see cref="PrivateKey"/>, or null.</summary>
    public string? Passphrase { get; init; }

    /// <summary>Password for sudo when the login is not root; null when sudo asks for none.</summary>
    public string? SudoPassword { get; init; }

    /// <summary>Every secret text in it, for the redaction of logs.</summary>
    public IEnumerable<string> All() => new[] { Password, PrivateKey, Passphrase, SudoPassword }.OfType<string>().Where(s => s.Length > 0);

    /// <summary>Never the secrets.</summary>
    public override string ToString() => nameof(CredentialSecrets);
}
