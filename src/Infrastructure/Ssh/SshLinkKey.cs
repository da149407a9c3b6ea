using ClusterPanel.Core.Hosts;

namespace ClusterPanel.Infrastructure.Ssh;

/// <summary>What must be equal for two sessions to share a connection: the host and everything that decides how it is reached.</summary>
internal readonly record struct SshLinkKey(Guid Host, string Endpoint, string? User, string Fingerprint, Guid Credential, DateTimeOffset SecretsChangedAt, string CredentialUser)
{
    public static SshLinkKey Of(Host host, HostKey trusted, Credential credential) =>
        new(host.Id, host.Endpoint, host.User, trusted.Fingerprint, credential.Id, credential.ChangedAt, credential.User);
}
