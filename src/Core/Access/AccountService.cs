namespace ClusterPanel.Core.Access;

/// <summary>Accounts, for administrators. There is always an administrator with a password who is let in, also when an identity provider is away.</summary>
public sealed class AccountService(IAccess access, IAccountStore store)
{
    /// <summary>All accounts by name.</summary>
    /// <exception cref="AccessDeniedException">The asker is no administrator.</exception>
    public async Task<IReadOnlyList<UserAccount>> ListAsync(CancellationToken cancellationToken)
    {
        await access.RequireAsync(Role.Administrator, cancellationToken);
        return await store.ListAsync(cancellationToken);
    }

    /// <summary>Adds an account.</summary>
    /// <exception cref="InvalidInputException">A field is wrong.</exception>
    /// <exception cref="AccessDeniedException">The asker is no administrator.</exception>
    public async Task AddAsync(string name, string password, Role role, CancellationToken cancellationToken)
    {
        var actor = await access.RequireAsync(Role.Administrator, cancellationToken);
        CheckRole(role);
        InvalidInputException.ThrowIfAny(AccountRules.Check(name, password));
        await store.AddAsync(name, password, role, actor.Did("account.add", $"account {name}", null, role.ToString()), cancellationToken);
    }

    /// <summary>Changes what an account may do, and whether it is let in. Its open pages end within seconds.</summary>
    /// <exception cref="InvalidInputException">The role is none.</exception>
    /// <exception cref="ConflictException">It is gone, or it is the last administrator with a password who is let in.</exception>
    /// <exception cref="AccessDeniedException">The asker is no administrator.</exception>
    public async Task ChangeAsync(string id, Role role, bool blocked, CancellationToken cancellationToken)
    {
        var actor = await access.RequireAsync(Role.Administrator, cancellationToken);
        CheckRole(role);
        var account = await FindAsync(id, cancellationToken);
        await store.ChangeAsync(id, role, blocked, actor.Did("account.change", $"account {account.Name}", Describe(account.Role, account.Blocked), Describe(role, blocked)), cancellationToken);
    }

    /// <summary>Gives an account another password and takes its second factor away: for somebody who has lost them.</summary>
    /// <exception cref="InvalidInputException">The password is too short or too long.</exception>
    /// <exception cref="ConflictException">It is gone, or it signs in through an identity provider.</exception>
    /// <exception cref="AccessDeniedException">The asker is no administrator.</exception>
    public async Task SetPasswordAsync(string id, string password, CancellationToken cancellationToken)
    {
        var actor = await access.RequireAsync(Role.Administrator, cancellationToken);
        InvalidInputException.ThrowIfAny(AccountRules.CheckPassword(password));
        var account = await FindAsync(id, cancellationToken);
        await store.SetPasswordAsync(id, password, actor.Did("account.password", $"account {account.Name}"), cancellationToken);
    }

    /// <summary>Ends every sign-in of an account and revokes its tokens: anybody for themselves, an administrator for others.</summary>
    /// <exception cref="ConflictException">It is gone.</exception>
    /// <exception cref="AccessDeniedException">It is somebody else's, and the asker is no administrator.</exception>
    public async Task SignOutEverywhereAsync(string id, CancellationToken cancellationToken)
    {
        var actor = await access.RequireAsync(Role.Viewer, cancellationToken);
        if (id != actor.Id)
        {
            actor = await access.RequireAsync(Role.Administrator, cancellationToken);
        }

        var account = await FindAsync(id, cancellationToken);
        await store.SignOutEverywhereAsync(id, actor.Did("account.sign-out-everywhere", $"account {account.Name}"), cancellationToken);
    }

    /// <summary>Removes an account with its tokens.</summary>
    /// <exception cref="ConflictException">It is gone, or it is the last administrator with a password who is let in.</exception>
    /// <exception cref="AccessDeniedException">The asker is no administrator.</exception>
    public async Task DeleteAsync(string id, CancellationToken cancellationToken)
    {
        var actor = await access.RequireAsync(Role.Administrator, cancellationToken);
        var account = await FindAsync(id, cancellationToken);
        await store.DeleteAsync(id, actor.Did("account.delete", $"account {account.Name}", Describe(account.Role, account.Blocked)), cancellationToken);
    }

    private async Task<UserAccount> FindAsync(string id, CancellationToken cancellationToken) =>
        (await store.ListAsync(cancellationToken)).FirstOrDefault(a => a.Id == id) ?? throw new ConflictException("This account is no longer there.");

    private static void CheckRole(Role role)
    {
        if (!Enum.IsDefined(role))
        {
            throw new InvalidInputException("role", $"Choose a role: {string.Join(", ", Enum.GetNames<Role>())}.");
        }
    }

    private static string Describe(Role role, bool blocked) => blocked ? $"{role}, blocked" : role.ToString();
}
