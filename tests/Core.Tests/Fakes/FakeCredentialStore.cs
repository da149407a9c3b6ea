using ClusterPanel.Core.Auditing;
using ClusterPanel.Core.Hosts;

namespace ClusterPanel.Core.Tests.Fakes;

/// <summary>One credential by default, with the password <see cref="Password"/>.</summary>
internal sealed class FakeCredentialStore : ICredentialStore
{
    public const string Password = "s3cret-of-ops";

    public FakeCredentialStore() => Stored.Add(
        Samples.CredentialId,
        (new Credential { Id = Samples.CredentialId, Name = "ops", User = "ops", Kind = CredentialKind.Password }, new CredentialSecrets { Password = Password }));

    public Dictionary<Guid, (Credential Credential, CredentialSecrets Secrets)> Stored { get; } = [];

    public Task<IReadOnlyList<Credential>> ListAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<Credential>>([.. Stored.Values.Select(s => s.Credential)]);

    public Task AddAsync(Credential credential, CredentialSecrets secrets, AuditEntry entry, CancellationToken cancellationToken)
    {
        Stored.Add(credential.Id, (credential, secrets));
        return Task.CompletedTask;
    }

    public Task UpdateAsync(Credential credential, CredentialSecrets? secrets, AuditEntry entry, CancellationToken cancellationToken)
    {
        Stored[credential.Id] = (credential, secrets ?? Stored[credential.Id].Secrets);
        return Task.CompletedTask;
    }

    public Task DeleteAsync(Guid id, AuditEntry entry, CancellationToken cancellationToken)
    {
        Stored.Remove(id);
        return Task.CompletedTask;
    }

    public Task<(Credential Credential, CredentialSecrets Secrets)> OpenAsync(Guid id, CancellationToken cancellationToken) => Task.FromResult(Stored[id]);
}
