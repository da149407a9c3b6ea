using ClusterPanel.Core.Auditing;

namespace ClusterPanel.Core.Hosts;

/// <summary>Where credentials are kept, their secrets encrypted. Every change writes its entry of the audit log in the same transaction.</summary>
public interface ICredentialStore
{
    /// <summary>All credentials by name, without secrets.</summary>
    Task<IReadOnlyList<Credential>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Adds a credential with its secrets.</summary>
    /// <exception cref="ConflictException">The name is taken.</exception>
    Task AddAsync(Credential credential, CredentialSecrets secrets, AuditEntry entry, CancellationToken cancellationToken);

    /// <summary>Stores changes; with <paramref name="secrets"/> null the stored secrets stay.</summary>
    /// <exception cref="ConflictException">Somebody changed it meanwhile, or the name is taken.</exception>
    Task UpdateAsync(Credential credential, CredentialSecrets? secrets, AuditEntry entry, CancellationToken cancellationToken);

    /// <summary>Removes a credential.</summary>
    /// <exception cref="ConflictException">Hosts use it; the message names some.</exception>
    Task DeleteAsync(Guid id, AuditEntry entry, CancellationToken cancellationToken);

    /// <summary>The credential with its secrets, for an SSH connection only.</summary>
    /// <exception cref="KeyNotFoundException">There is no such credential.</exception>
    Task<(Credential Credential, CredentialSecrets Secrets)> OpenAsync(Guid id, CancellationToken cancellationToken);
}
