using System.Collections.Concurrent;
using ClusterPanel.Core;
using ClusterPanel.Core.Auditing;
using ClusterPanel.Core.Hosts;

namespace ClusterPanel.Web.Tests.Fakes;

public sealed class MemoryCredentials : ICredentialStore
{
    private readonly ConcurrentDictionary<Guid, (Credential Credential, CredentialSecrets Secrets)> _all = new();

    public Task<IReadOnlyList<Credential>> ListAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<Credential>>([.. _all.Values.Select(c => c.Credential).OrderBy(c => c.Name, StringComparer.Ordinal)]);

    public Task AddAsync(Credential credential, CredentialSecrets secrets, AuditEntry entry, CancellationToken cancellationToken)
    {
        if (_all.Values.Any(c => c.Credential.Name == credential.Name))
        {
            throw new ConflictException($"There is a credential named {credential.Name} already.");
        }

        _all[credential.Id] = (credential, secrets);
        return Task.CompletedTask;
    }

    public Task UpdateAsync(Credential credential, CredentialSecrets? secrets, AuditEntry entry, CancellationToken cancellationToken)
    {
        _all[credential.Id] = (credential, secrets ?? _all[credential.Id].Secrets);
        return Task.CompletedTask;
    }

    public Task DeleteAsync(Guid id, AuditEntry entry, CancellationToken cancellationToken)
    {
        _all.TryRemove(id, out _);
        return Task.CompletedTask;
    }

    public Task<(Credential Credential, CredentialSecrets Secrets)> OpenAsync(Guid id, CancellationToken cancellationToken) => Task.FromResult(_all[id]);
}
