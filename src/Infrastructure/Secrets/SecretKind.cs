namespace ClusterPanel.Infrastructure.Secrets;

/// <summary>What a stored secret is. The names are part of what it is encrypted for and must stay.</summary>
internal enum SecretKind
{
    Canary,
    Credential,
    Kubeconfig,
    HostRecord,
    Answer,
    SecondFactor,
}
