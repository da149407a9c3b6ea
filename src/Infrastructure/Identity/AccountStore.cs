using ClusterPanel.Core;
using ClusterPanel.Core.Access;
using ClusterPanel.Core.Auditing;
using ClusterPanel.Infrastructure.Persistence;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace ClusterPanel.Infrastructure.Identity;

/// <summary>Accounts by ASP.NET Core Identity. A changed security stamp ends open pages, which ask for it with every click.</summary>
internal sealed class AccountStore(IServiceScopeFactory scopes, TimeProvider time) : IAccountStore
{
    public async Task<IReadOnlyList<UserAccount>> ListAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AppDbContext>();
        var users = await db.Users.AsNoTracking().Select(u => new
        {
            u.Id,
            u.UserName,
            u.Blocked,
            u.TwoFactorEnabled,
            Roles = db.UserRoles.Where(r => r.UserId == u.Id).Join(db.Roles, r => r.RoleId, r => r.Id, (_, r) => r.Name).ToList(),
        }).ToListAsync(cancellationToken);
        return [.. users.Select(u => new UserAccount(u.Id, u.UserName ?? "", Roles.Highest(u.Roles), u.Blocked, u.TwoFactorEnabled)).OrderBy(a => a.Name, Names.Order)];
    }

    public Task AddAsync(string name, string password, Role role, AuditEntry entry, CancellationToken cancellationToken) => ChangeAsync(
        entry,
        async (_, users) =>
        {
            var user = new AppUser { UserName = name, LockoutEnabled = true };
            Check(await users.CreateAsync(user, password));
            Check(await users.AddToRoleAsync(user, role.ToString()));
        },
        cancellationToken);

    public Task ChangeAsync(string id, Role role, bool blocked, AuditEntry entry, CancellationToken cancellationToken) => ChangeAsync(
        entry,
        async (db, users) =>
        {
            var user = await FindAsync(users, id);
            Check(await users.RemoveFromRolesAsync(user, await users.GetRolesAsync(user)));
            Check(await users.AddToRoleAsync(user, role.ToString()));
            user.Blocked = blocked;
            Check(await users.UpdateSecurityStampAsync(user));
            await RequireAdministratorAsync(db, cancellationToken);
        },
        cancellationToken);

    public Task SetPasswordAsync(string id, string password, AuditEntry entry, CancellationToken cancellationToken) => ChangeAsync(
        entry,
        async (_, users) =>
        {
            var user = await FindAsync(users, id);
            if (!await users.HasPasswordAsync(user))
            {
                // A password would outlive what the provider takes away.
                throw new ConflictException("This account signs in through an identity provider and has no password.");
            }

            Check(await users.ResetPasswordAsync(user, await users.GeneratePasswordResetTokenAsync(user), password));
            Check(await users.SetTwoFactorEnabledAsync(user, false));
            Check(await users.ResetAuthenticatorKeyAsync(user));
            Check(await users.SetLockoutEndDateAsync(user, null));
        },
        cancellationToken);

    public Task SignOutEverywhereAsync(string id, AuditEntry entry, CancellationToken cancellationToken) => ChangeAsync(
        entry,
        async (db, users) =>
        {
            Check(await users.UpdateSecurityStampAsync(await FindAsync(users, id)));
            await db.ApiTokens.Where(t => t.UserId == id).ExecuteDeleteAsync(cancellationToken);
        },
        cancellationToken);

    public Task DeleteAsync(string id, AuditEntry entry, CancellationToken cancellationToken) => ChangeAsync(
        entry,
        async (db, users) =>
        {
            Check(await users.DeleteAsync(await FindAsync(users, id)));
            await RequireAdministratorAsync(db, cancellationToken);
        },
        cancellationToken);

    private async Task ChangeAsync(AuditEntry entry, Func<AppDbContext, UserManager<AppUser>, Task> change, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AppDbContext>();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<AppUser>>();
        await db.Database.CreateExecutionStrategy().ExecuteAsync(
            async token =>
            {
                db.ChangeTracker.Clear();
                await using var transaction = await db.Database.BeginTransactionAsync(token);

                // Two administrators who block each other at the same moment wait for each other here.
                await db.Roles.Where(r => r.Name == nameof(Role.Administrator)).ExecuteUpdateAsync(r => r.SetProperty(x => x.ConcurrencyStamp, Guid.NewGuid().ToString()), token);
                await change(db, users);
                db.Note(entry, time);
                await db.SaveChangesAsync(token);
                await transaction.CommitAsync(CancellationToken.None);
            },
            cancellationToken);
    }

    private static async Task<AppUser> FindAsync(UserManager<AppUser> users, string id) =>
        await users.FindByIdAsync(id) ?? throw new ConflictException("This account is no longer there.");

    // One with a password: those of an identity provider are let in, and are administrators, only as long as it says so.
    private static async Task RequireAdministratorAsync(AppDbContext db, CancellationToken cancellationToken)
    {
        var left = await db.UserRoles.Join(db.Roles.Where(r => r.Name == nameof(Role.Administrator)), r => r.RoleId, r => r.Id, (r, _) => r.UserId)
            .Join(db.Users.Where(u => !u.Blocked && u.PasswordHash != null), id => id, u => u.Id, (_, u) => u.Id).AnyAsync(cancellationToken);
        if (!left)
        {
            throw new ConflictException("This is the last administrator with a password: make another one first.");
        }
    }

    private static void Check(IdentityResult result)
    {
        if (!result.Succeeded)
        {
            throw new InvalidInputException(
                [.. result.Errors.Select(e => new FieldError(e.Code.Contains("Password", StringComparison.Ordinal) ? "password" : "userName", e.Description))]);
        }
    }
}
