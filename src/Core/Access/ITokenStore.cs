using ClusterPanel.Core.Auditing;

namespace ClusterPanel.Core.Access;

/// <summary>Where tokens are kept.</summary>
public interface ITokenStore
{
    /// <summary>All tokens, newest first, or one account's.</summary>
    Task<IReadOnlyList<ApiToken>> ListAsync(string? userId, CancellationToken cancellationToken);

    /// <summary>The token with this hash, or null.</summary>
    Task<ApiToken?> FindAsync(string hash, CancellationToken cancellationToken);

    /// <summary>Adds one.</summary>
    /// <exception cref="ConflictException">Its owner has one of that name.</exception>
    Task AddAsync(ApiToken token, AuditEntry entry, CancellationToken cancellationToken);

    /// <summary>Removes one.</summary>
    Task DeleteAsync(Guid id, AuditEntry entry, CancellationToken cancellationToken);
}
