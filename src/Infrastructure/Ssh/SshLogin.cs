using ClusterPanel.Core.Hosts;

namespace ClusterPanel.Infrastructure.Ssh;

/// <summary>Everything needed to log in to one host, as it was when the link was made. Lives as long as the link.</summary>
internal sealed class SshLogin(Host host, Credential credential, CredentialSecrets secrets, HostKey trustedKey)
{
    public string HostName { get; } = host.Name;

    public string Address { get; } = host.Address;

    public int Port { get; } = host.Port;

    public string Endpoint { get; } = host.Endpoint;

    public string User { get; } = host.User ?? credential.User;

    public string CredentialName { get; } = credential.Name;

    public CredentialKind Kind { get; } = credential.Kind;

    public CredentialSecrets Secrets { get; } = secrets;

    public HostKey TrustedKey { get; } = trustedKey;
}
