using ClusterPanel.Core.Access;
using ClusterPanel.Core.Auditing;
using ClusterPanel.Infrastructure.Persistence;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace ClusterPanel.Infrastructure.Identity;

/// <summary>
/// <see cref="IExternalAccounts"/> by Identity's external logins. An account is never found by its name: a name that comes from outside must
/// not open an account that is there.
/// </summary>
internal sealed class ExternalAccounts(IServiceScopeFactory scopes, TimeProvider time) : IExternalAccounts
{
    private const string Action = "sign-in";
    private const string Means = "by OpenID Connect";

    // What the database has room for.
    private const int LongestName = 256;

    public async Task<(ExternalSignInOutcome Outcome, string? AccountId)> SignInAsync(ExternalIdentity identity, Role? role, string? from, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AppDbContext>();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<AppUser>>();
        return await db.Database.CreateExecutionStrategy().ExecuteAsync(
            async token =>
            {
                db.ChangeTracker.Clear();
                await using var transaction = await db.Database.BeginTransactionAsync(token);

                // Who signs in for the first time in two windows at once waits for themselves here.
                await db.Roles.Where(r => r.Name == nameof(Role.Administrator)).ExecuteUpdateAsync(r => r.SetProperty(x => x.ConcurrencyStamp, Guid.NewGuid().ToString()), token);
                var user = await users.FindByLoginAsync(identity.Issuer, identity.Subject);
                var outcome = await JudgeAsync(users, user, identity, role);
                if (outcome == ExternalSignInOutcome.SignedIn)
                {
                    user = await EnterAsync(db, users, user, identity, role!.Value, from);
                }
                else
                {
                    db.Note(Refusal(users, user, identity, outcome, from), time);
                }

                await db.SaveChangesAsync(token);
                await transaction.CommitAsync(CancellationToken.None);
                return (outcome, outcome == ExternalSignInOutcome.SignedIn ? user!.Id : null);
            },
            cancellationToken);
    }

    private static async Task<ExternalSignInOutcome> JudgeAsync(UserManager<AppUser> users, AppUser? user, ExternalIdentity identity, Role? role)
    {
        if (user is { Blocked: true })
        {
            return ExternalSignInOutcome.Blocked;
        }

        if (role is null)
        {
            return ExternalSignInOutcome.NoRole;
        }

        if (user is not null)
        {
            return ExternalSignInOutcome.SignedIn;
        }

        if (!IsUsable(users, identity.Name))
        {
            return ExternalSignInOutcome.NameUnusable;
        }

        return await users.FindByNameAsync(identity.Name!) is null ? ExternalSignInOutcome.SignedIn : ExternalSignInOutcome.NameTaken;
    }

    private async Task<AppUser> EnterAsync(AppDbContext db, UserManager<AppUser> users, AppUser? known, ExternalIdentity identity, Role role, string? from)
    {
        var user = known ?? new AppUser { UserName = identity.Name };
        var actor = new Actor(user.Id, user.UserName!, role, from, null);
        var target = $"account {user.UserName} {Means}";
        if (known is null)
        {
            Check(await users.CreateAsync(user));
            Check(await users.AddLoginAsync(user, new UserLoginInfo(identity.Issuer, identity.Subject, null)));
            Check(await users.AddToRoleAsync(user, role.ToString()));
            db.Note(actor.Did("account.add", target, null, role.ToString()), time);
        }
        else
        {
            var before = await users.GetRolesAsync(user);
            if (Roles.Highest(before) != role)
            {
                Check(await users.RemoveFromRolesAsync(user, before));
                Check(await users.AddToRoleAsync(user, role.ToString()));
                Check(await users.UpdateSecurityStampAsync(user));
                db.Note(actor.Did("account.change", target, Roles.Highest(before).ToString(), role.ToString()), time);
            }
        }

        db.Note(actor.Did(Action, target), time);
        return user;
    }

    private static AuditEntry Refusal(UserManager<AppUser> users, AppUser? user, ExternalIdentity identity, ExternalSignInOutcome outcome, string? from) => new()
    {
        User = user?.UserName ?? (IsUsable(users, identity.Name) ? identity.Name! : "?"),
        From = from,
        Action = Action,
        Target = user is null ? $"{identity.Subject} of {identity.Issuer} {Means}" : $"account {user.UserName} {Means}",
        Result = $"{AuditEntry.Denied}: {Reason(outcome)}",
    };

    private static string Reason(ExternalSignInOutcome outcome) => outcome switch
    {
        ExternalSignInOutcome.Blocked => "the account is blocked",
        ExternalSignInOutcome.NoRole => "the provider gives no role",
        ExternalSignInOutcome.NameTaken => "another account has this name",
        ExternalSignInOutcome.NameUnusable => "the provider gives no usable name",
        _ => throw new ArgumentOutOfRangeException(nameof(outcome)),
    };

    private static bool IsUsable(UserManager<AppUser> users, string? name) =>
        name is { Length: > 0 and <= LongestName } && name.All(c => users.Options.User.AllowedUserNameCharacters.Contains(c, StringComparison.Ordinal));

    private static void Check(IdentityResult result)
    {
        if (!result.Succeeded)
        {
            throw new InvalidOperationException($"The account of an identity provider could not be stored: {result}");
        }
    }
}
