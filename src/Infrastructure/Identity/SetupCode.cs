using System.Security.Cryptography;
using System.Text;
using ClusterPanel.Core;
using ClusterPanel.Core.Access;
using ClusterPanel.Core.Auditing;
using ClusterPanel.Infrastructure.Persistence;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace ClusterPanel.Infrastructure.Identity;

/// <summary>
/// There is no default password: as long as there is no user, every start prints a new one-time code, and whoever has it makes
/// the first administrator. Only the code's hash is stored; 100 random bits need no slow one.
/// </summary>
public sealed class SetupCode(IServiceScopeFactory scopes, TimeProvider time)
{
    internal const string Setting = "setup-code-sha256";

    // No 0, O, 1 and I: it is read from a terminal and typed.
    private const string Letters = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
    private const int Groups = 4;
    private const int GroupLength = 5;
    private readonly WrongTries _wrong = new(time);

    /// <summary>True as long as there is no user.</summary>
    public async Task<bool> IsNeededAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        return !await scope.ServiceProvider.GetRequiredService<AppDbContext>().Users.AnyAsync(cancellationToken);
    }

    /// <summary>Makes a new code, which voids an earlier one.</summary>
    /// <returns>The code to print, or null when there is a user.</returns>
    public async Task<string?> EnsureAsync(CancellationToken cancellationToken)
    {
        if (!await IsNeededAsync(cancellationToken))
        {
            return null;
        }

        var code = string.Join('-', Enumerable.Range(0, Groups).Select(_ => RandomNumberGenerator.GetString(Letters, GroupLength)));
        await using var scope = scopes.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<SettingStore>().SaveAsync(Setting, Hash(code), cancellationToken);
        return code;
    }

    /// <summary>Makes the first user, an administrator, and voids the code.</summary>
    /// <param name="code">The code that was printed.</param>
    /// <param name="userName">Name of the user.</param>
    /// <param name="password">Their password.</param>
    /// <param name="from">Network address the request came from, for the audit log, or null.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="InvalidInputException">Field <c>code</c>, <c>userName</c> or <c>password</c> is wrong.</exception>
    /// <exception cref="ConflictException">Somebody else was faster.</exception>
    public async Task CreateAdministratorAsync(string code, string userName, string password, string? from, CancellationToken cancellationToken)
    {
        if (_wrong.TooMany)
        {
            throw new InvalidInputException("code", "Too many wrong codes: wait a minute, then try again.");
        }

        await using var scope = scopes.CreateAsyncScope();
        var stored = await scope.ServiceProvider.GetRequiredService<SettingStore>().FindAsync(Setting, cancellationToken);
        if (stored is null || !CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(stored), Encoding.ASCII.GetBytes(Hash(code))))
        {
            _wrong.Add();
            throw new InvalidInputException("code", "This is not the setup code that the panel printed at its last start.");
        }

        InvalidInputException.ThrowIfAny(AccountRules.Check(userName, password));
        var db = scope.ServiceProvider.GetRequiredService<AppDbContext>();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<AppUser>>();
        await db.Database.CreateExecutionStrategy().ExecuteAsync(
            async token =>
            {
                db.ChangeTracker.Clear();
                await using var transaction = await db.Database.BeginTransactionAsync(token);

                // Removing the code first makes the second of two people wait here, and find nothing to remove.
                var removed = await db.Settings.Where(s => s.Key == Setting && s.Value == stored).ExecuteDeleteAsync(token);
                if (removed == 0 || await db.Users.AnyAsync(token))
                {
                    throw new ConflictException("Somebody else has just made the first administrator: sign in, or ask them for an account.");
                }

                await CreateAsync(users, userName, password);
                db.Note(new AuditEntry { User = userName, From = from, Action = "account.add", Target = $"account {userName}", After = $"{nameof(Role.Administrator)}, by the setup code", Result = AuditEntry.Done }, time);
                await db.SaveChangesAsync(token);
                await transaction.CommitAsync(CancellationToken.None);
            },
            cancellationToken);
    }

    private static async Task CreateAsync(UserManager<AppUser> users, string userName, string password)
    {
        var user = new AppUser { UserName = userName, LockoutEnabled = true };
        var result = await users.CreateAsync(user, password);
        InvalidInputException.ThrowIfAny(
        [
            .. result.Errors.Select(e => new FieldError(e.Code.Contains("Password", StringComparison.Ordinal) ? "password" : "userName", e.Description)),
        ]);
        if (await users.AddToRoleAsync(user, nameof(Role.Administrator)) is { Succeeded: false } failed)
        {
            throw new InvalidOperationException($"The first user could not be made administrator: {failed}");
        }
    }

    private static string Hash(string code)
    {
        var letters = new string([.. code.Where(char.IsAsciiLetterOrDigit)]).ToUpperInvariant();
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(letters)));
    }
}
