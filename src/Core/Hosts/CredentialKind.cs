namespace ClusterPanel.Core.Hosts;

/// <summary>What an SSH login is proved with.</summary>
public enum CredentialKind
{
    /// <summary>A password (RFC 4252 §8, and keyboard-interactive with one answer).</summary>
    Password,

    /// <summary>A private key, with or without passphrase (RFC 4252 §7).</summary>
    PrivateKey,
}
