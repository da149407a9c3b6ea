using System.Collections.Concurrent;
using ClusterPanel.Core.Auditing;
using ClusterPanel.Core.Hosts;

namespace ClusterPanel.Infrastructure.Tests.Ssh;

/// <summary>Credentials in memory.</summary>
internal sealed class FakeCredentialStore : ICredentialStore
{
    private readonly ConcurrentDictionary<Guid, (Credential Credential, CredentialSecrets Secrets)> _all = [];

    public Guid Add(string user, CredentialKind kind, CredentialSecrets secrets)
    {
        var credential = new Credential { Name = $"{user}'s login", User = user, Kind = kind };
        _all[credential.Id] = (credential, secrets);
        return credential.Id;
    }

    public Task<(Credential Credential, CredentialSecrets Secrets)> OpenAsync(Guid id, CancellationToken cancellationToken) => Task.FromResult(_all[id]);

    public Task<IReadOnlyList<Credential>> ListAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task AddAsync(Credential credential, CredentialSecrets secrets, AuditEntry entry, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task UpdateAsync(Credential credential, CredentialSecrets? secrets, AuditEntry entry, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task DeleteAsync(Guid id, AuditEntry entry, CancellationToken cancellationToken) => throw new NotSupportedException();
}
