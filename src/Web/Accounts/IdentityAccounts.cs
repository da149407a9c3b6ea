using System.Security.Claims;
using ClusterPanel.Core;
using ClusterPanel.Core.Access;
using ClusterPanel.Core.Auditing;
using Microsoft.AspNetCore.Identity;

namespace ClusterPanel.Web.Accounts;

/// <summary><see cref="IAccounts"/> by ASP.NET Core Identity; generic because the user's type is Infrastructure's.</summary>
internal sealed partial class IdentityAccounts<TUser>(
    SignInManager<TUser> signIn, UserManager<TUser> users, IUserStore<TUser> store, IOwnAccount own, IAuditStore audit, IHttpContextAccessor requests, TimeProvider time, ILogger<IdentityAccounts<TUser>> logger) : IAccounts
    where TUser : class
{
    private const string Provider = "ClusterPanel";
    private const string LastCode = "LastCode";

    // Longer than Identity takes any code for a good one: two steps of 30 s before the present one and two after it.
    private static readonly TimeSpan CodesAreRemembered = TimeSpan.FromMinutes(5);

    private const int CodeLength = 6;
    private const int RecoveryCodes = 10;

    public async Task<SignInOutcome> SignInAsync(string userName, string password)
    {
        // The database is not asked for what cannot be a name.
        if (!AccountRules.IsName(userName))
        {
            LogRefused(logger, "?", false);
            return SignInOutcome.Refused;
        }

        var account = await users.FindByNameAsync(userName);
        var wasLocked = account is not null && await users.IsLockedOutAsync(account);
        var result = await signIn.PasswordSignInAsync(userName, password, isPersistent: false, lockoutOnFailure: true);
        if (result.Succeeded)
        {
            return await SignedInAsync(userName);
        }

        if (result.RequiresTwoFactor)
        {
            return SignInOutcome.NeedsCode;
        }

        // What was typed as the name of no account may be a password in the wrong field. Those, and tries on an account that is closed for a
        // while, are not in the audit log: an attack must not fill the database.
        var known = account is not null;
        LogRefused(logger, known ? userName : "?", result.IsLockedOut);
        if (known && !wasLocked)
        {
            await NoteAsync("sign-in", userName, result.IsLockedOut ? $"{AuditEntry.Denied}: closed for a while after too many wrong passwords" : AuditEntry.Denied);
        }

        return result.IsLockedOut ? SignInOutcome.LockedOut : SignInOutcome.Refused;
    }

    public async Task<SignInOutcome> SignInWithCodeAsync(string code)
    {
        if (await signIn.GetTwoFactorAuthenticationUserAsync() is not { } user)
        {
            return SignInOutcome.Refused;
        }

        var userName = await users.GetUserNameAsync(user) ?? "";
        var plain = Plain(code);
        var fromAuthenticator = plain.Length == CodeLength && plain.All(char.IsAsciiDigit);
        var wasLocked = await users.IsLockedOutAsync(user);
        if (fromAuthenticator && (await UsedCodesAsync(user)).Any(c => c.EndsWith($":{plain}", StringComparison.Ordinal)))
        {
            // RFC 6238 §5.2: a code that was accepted once is not accepted again.
            return SignInOutcome.Refused;
        }

        var result = fromAuthenticator
            ? await signIn.TwoFactorAuthenticatorSignInAsync(plain, isPersistent: false, rememberClient: false)
            : await signIn.TwoFactorRecoveryCodeSignInAsync(code.Trim());
        if (!result.Succeeded)
        {
            LogRefused(logger, userName, result.IsLockedOut);
            if (!wasLocked)
            {
                await NoteAsync("sign-in", userName, $"{AuditEntry.Denied}: {(result.IsLockedOut ? "closed for a while after too many wrong codes" : "wrong code")}");
            }

            return result.IsLockedOut ? SignInOutcome.LockedOut : SignInOutcome.Refused;
        }

        if (fromAuthenticator)
        {
            await UseCodeAsync(user, plain);
        }
        else
        {
            await NoteAsync("account.recovery-code", userName, AuditEntry.Done);
        }

        return await SignedInAsync(userName);
    }

    public Task SignOutAsync() => signIn.SignOutAsync();

    public async Task<SecondFactor> SecondFactorAsync(ClaimsPrincipal user)
    {
        var account = await RequireAsync(user);
        if (await users.GetTwoFactorEnabledAsync(account))
        {
            return new SecondFactor(true, null, null, await users.CountRecoveryCodesAsync(account));
        }

        if (await users.GetAuthenticatorKeyAsync(account) is not { Length: > 0 })
        {
            // Not ResetAuthenticatorKeyAsync: it ends the account's other sessions, and looking at a page must not.
            await ((IUserAuthenticatorKeyStore<TUser>)store).SetAuthenticatorKeyAsync(account, users.GenerateNewAuthenticatorKey(), CancellationToken.None);
            await users.UpdateAsync(account);
        }

        // https://github.com/google/google-authenticator/wiki/Key-Uri-Format
        var key = await users.GetAuthenticatorKeyAsync(account);
        var name = Uri.EscapeDataString(await users.GetUserNameAsync(account) ?? "");
        return new SecondFactor(false, key, $"otpauth://totp/ClusterPanel:{name}?secret={key}&issuer=ClusterPanel", 0);
    }

    public async Task<IReadOnlyList<string>?> UseSecondFactorAsync(ClaimsPrincipal user, string code)
    {
        var account = await RequireAsync(user);
        var plain = Plain(code);
        if (await users.GetTwoFactorEnabledAsync(account) || !await users.VerifyTwoFactorTokenAsync(account, users.Options.Tokens.AuthenticatorTokenProvider, plain))
        {
            return null;
        }

        IReadOnlyList<string> codes = [];
        await own.ChangeAsync(Entry("account.second-factor", user.Identity?.Name ?? "", AuditEntry.Done), async () =>
        {
            await users.SetTwoFactorEnabledAsync(account, true);
            await UseCodeAsync(account, plain);
            codes = [.. await users.GenerateNewTwoFactorRecoveryCodesAsync(account, RecoveryCodes) ?? []];
            return true;
        });
        await signIn.RefreshSignInAsync(account);
        return codes;
    }

    public async Task<bool> DropSecondFactorAsync(ClaimsPrincipal user, string password)
    {
        var account = await RequireAsync(user);
        var checkedPassword = await signIn.CheckPasswordSignInAsync(account, password, lockoutOnFailure: true);
        if (!checkedPassword.Succeeded)
        {
            return false;
        }

        await own.ChangeAsync(Entry("account.second-factor-off", user.Identity?.Name ?? "", AuditEntry.Done), async () =>
        {
            await users.SetTwoFactorEnabledAsync(account, false);
            await users.RemoveAuthenticationTokenAsync(account, Provider, LastCode);
            await users.GenerateNewTwoFactorRecoveryCodesAsync(account, 0);
            await users.ResetAuthenticatorKeyAsync(account);
            return true;
        });
        await signIn.RefreshSignInAsync(account);
        return true;
    }

    public async Task<bool> HasPasswordAsync(ClaimsPrincipal user) => await users.GetUserAsync(user) is { } account && await users.HasPasswordAsync(account);

    public async Task<IReadOnlyList<FieldError>> ChangePasswordAsync(ClaimsPrincipal user, string current, string password)
    {
        if (await users.GetUserAsync(user) is not { } account)
        {
            return [new("current", "This account does not exist any more.")];
        }

        if (AccountRules.CheckPassword(password) is { Count: > 0 } wrong)
        {
            return wrong;
        }

        // Whoever sits at somebody's open page must not guess on for ever.
        if (await signIn.CheckPasswordSignInAsync(account, current, lockoutOnFailure: true) is { Succeeded: false } tried)
        {
            await NoteAsync("account.own-password", user.Identity?.Name ?? "", AuditEntry.Denied);
            return [new("current", tried.IsLockedOut ? "Too many wrong passwords: wait some minutes." : "This is not your current password.")];
        }

        IReadOnlyList<FieldError> errors = [];
        var changed = await own.ChangeAsync(Entry("account.own-password", user.Identity?.Name ?? "", AuditEntry.Done), async () =>
        {
            var result = await users.ChangePasswordAsync(account, current, password);
            errors = [.. result.Errors.Select(e => new FieldError("password", e.Description))];
            return result.Succeeded;
        });
        if (changed)
        {
            await signIn.RefreshSignInAsync(account);
        }

        return errors;
    }

    private async Task<SignInOutcome> SignedInAsync(string userName)
    {
        LogSignedIn(logger, userName);
        await NoteAsync("sign-in", userName, AuditEntry.Done);
        return SignInOutcome.SignedIn;
    }

    private async Task<TUser> RequireAsync(ClaimsPrincipal user) =>
        await users.GetUserAsync(user) ?? throw new InvalidOperationException("A page that needs a signed-in user was shown without one.");

    // Codes that were accepted a short time ago, each behind the second it was: "1700000000:123456".
    private async Task<IReadOnlyList<string>> UsedCodesAsync(TUser user)
    {
        var oldest = (time.GetUtcNow() - CodesAreRemembered).ToUnixTimeSeconds();
        return [.. (await users.GetAuthenticationTokenAsync(user, Provider, LastCode) ?? "").Split(' ')
            .Where(c => long.TryParse(c.Split(':')[0], System.Globalization.CultureInfo.InvariantCulture, out var at) && at >= oldest)];
    }

    private async Task UseCodeAsync(TUser user, string code) =>
        await users.SetAuthenticationTokenAsync(user, Provider, LastCode, string.Join(' ', [.. await UsedCodesAsync(user), $"{time.GetUtcNow().ToUnixTimeSeconds()}:{code}"]));

    // Authenticators show codes in two groups.
    private static string Plain(string code) => code.Replace(" ", "", StringComparison.Ordinal).Trim();

    private Task NoteAsync(string action, string userName, string result) => audit.AddAsync(Entry(action, userName, result), CancellationToken.None);

    private AuditEntry Entry(string action, string userName, string result) =>
        new() { User = userName, From = requests.HttpContext?.Connection.RemoteIpAddress?.ToString(), Action = action, Target = $"account {userName}", Result = result };

    [LoggerMessage(1, LogLevel.Information, "{User} signed in")]
    private static partial void LogSignedIn(ILogger logger, string user);

    [LoggerMessage(2, LogLevel.Warning, "Sign-in refused for {User} (locked out: {LockedOut})")]
    private static partial void LogRefused(ILogger logger, string user, bool lockedOut);
}
