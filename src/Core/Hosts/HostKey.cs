namespace ClusterPanel.Core.Hosts;

/// <summary>An SSH host key as operators compare it.</summary>
/// <param name="Algorithm">Key type, for example <c>ssh-ed25519</c> (RFC 8709).</param>
/// <param name="Fingerprint">OpenSSH's form: <c>SHA256:</c> and the unpadded base64 of the key's SHA-256.</param>
public sealed record HostKey(string Algorithm, string Fingerprint)
{
    /// <summary>Algorithm and fingerprint, as shown to the operator.</summary>
    public override string ToString() => $"{Algorithm} {Fingerprint}";
}
