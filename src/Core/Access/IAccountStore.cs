using ClusterPanel.Core.Auditing;

namespace ClusterPanel.Core.Access;

/// <summary>Where accounts are kept. Every change writes its entry of the audit log in the same transaction, and ends open pages of the account.</summary>
public interface IAccountStore
{
    /// <summary>All accounts by name.</summary>
    Task<IReadOnlyList<UserAccount>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Adds one.</summary>
    /// <exception cref="InvalidInputException">Field "userName" or "password" is wrong.</exception>
    Task AddAsync(string name, string password, Role role, AuditEntry entry, CancellationToken cancellationToken);

    /// <summary>Changes what an account may do, and whether it is let in.</summary>
    /// <exception cref="ConflictException">It is gone, or it is the last administrator with a password who is let in.</exception>
    Task ChangeAsync(string id, Role role, bool blocked, AuditEntry entry, CancellationToken cancellationToken);

    /// <summary>Gives an account another password; a second factor is taken away.</summary>
    /// <exception cref="InvalidInputException">Field "password" is wrong.</exception>
    /// <exception cref="ConflictException">It is gone, or it has no password because it signs in through an identity provider.</exception>
    Task SetPasswordAsync(string id, string password, AuditEntry entry, CancellationToken cancellationToken);

    /// <summary>Ends every sign-in of an account, and revokes its tokens.</summary>
    /// <exception cref="ConflictException">It is gone.</exception>
    Task SignOutEverywhereAsync(string id, AuditEntry entry, CancellationToken cancellationToken);

    /// <summary>Removes an account with its tokens.</summary>
    /// <exception cref="ConflictException">It is the last administrator with a password who is let in.</exception>
    Task DeleteAsync(string id, AuditEntry entry, CancellationToken cancellationToken);
}
