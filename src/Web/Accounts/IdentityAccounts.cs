using System.Security.Claims;
using ClusterPanel.Core;
using ClusterPanel.Core.Access;
using ClusterPanel.Core.Auditing;
using Microsoft.AspNetCore.Identity;

namespace ClusterPanel.Web.Accounts;

/// <summary><see cref="IAccounts"/> by ASP.NET Core Identity; generic because the user's type is Infrastructure's.</summary>
internal sealed partial class IdentityAccounts<TUser>(
    SignInManager<TUser> signIn, UserManager<TUser> users, IAuditStore audit, IHttpContextAccessor requests, ILogger<IdentityAccounts<TUser>> logger) : IAccounts
    where TUser : class
{
    private const string Provider = "ClusterPanel";
    private const string LastCode = "LastCode";
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
        var known = await users.FindByNameAsync(userName) is not null;
        LogRefused(logger, known ? userName : "?", result.IsLockedOut);
        if (known && !result.IsLockedOut)
        {
            await NoteAsync("sign-in", userName, AuditEntry.Denied);
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
        if (fromAuthenticator && await users.GetAuthenticationTokenAsync(user, Provider, LastCode) == plain)
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
            if (!result.IsLockedOut)
            {
                await NoteAsync("sign-in", userName, $"{AuditEntry.Denied}: wrong code");
            }

            return result.IsLockedOut ? SignInOutcome.LockedOut : SignInOutcome.Refused;
        }

        if (fromAuthenticator)
        {
            await users.SetAuthenticationTokenAsync(user, Provider, LastCode, plain);
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
            await users.ResetAuthenticatorKeyAsync(account);
            await signIn.RefreshSignInAsync(account);
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

        await users.SetTwoFactorEnabledAsync(account, true);
        await users.SetAuthenticationTokenAsync(account, Provider, LastCode, plain);
        var codes = await users.GenerateNewTwoFactorRecoveryCodesAsync(account, RecoveryCodes) ?? [];
        await signIn.RefreshSignInAsync(account);
        await NoteAsync("account.second-factor", user.Identity?.Name ?? "", AuditEntry.Done);
        return [.. codes];
    }

    public async Task<bool> DropSecondFactorAsync(ClaimsPrincipal user, string password)
    {
        var account = await RequireAsync(user);
        var checkedPassword = await signIn.CheckPasswordSignInAsync(account, password, lockoutOnFailure: true);
        if (!checkedPassword.Succeeded)
        {
            return false;
        }

        await users.SetTwoFactorEnabledAsync(account, false);
        await users.RemoveAuthenticationTokenAsync(account, Provider, LastCode);
        await users.GenerateNewTwoFactorRecoveryCodesAsync(account, 0);
        await users.ResetAuthenticatorKeyAsync(account);
        await signIn.RefreshSignInAsync(account);
        await NoteAsync("account.second-factor-off", user.Identity?.Name ?? "", AuditEntry.Done);
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

        var result = await users.ChangePasswordAsync(account, current, password);
        if (result.Succeeded)
        {
            await signIn.RefreshSignInAsync(account);
            await NoteAsync("account.own-password", user.Identity?.Name ?? "", AuditEntry.Done);
            return [];
        }

        return [.. result.Errors.Select(e => e.Code == nameof(IdentityErrorDescriber.PasswordMismatch)
            ? new FieldError("current", "This is not your current password.")
            : new FieldError("password", e.Description))];
    }

    private async Task<SignInOutcome> SignedInAsync(string userName)
    {
        LogSignedIn(logger, userName);
        await NoteAsync("sign-in", userName, AuditEntry.Done);
        return SignInOutcome.SignedIn;
    }

    private async Task<TUser> RequireAsync(ClaimsPrincipal user) =>
        await users.GetUserAsync(user) ?? throw new InvalidOperationException("A page that needs a signed-in user was shown without one.");

    // Authenticators show codes in two groups.
    private static string Plain(string code) => code.Replace(" ", "", StringComparison.Ordinal).Trim();

    private Task NoteAsync(string action, string userName, string result) => audit.AddAsync(
        new AuditEntry { User = userName, From = requests.HttpContext?.Connection.RemoteIpAddress?.ToString(), Action = action, Target = $"account {userName}", Result = result },
        CancellationToken.None);

    [LoggerMessage(1, LogLevel.Information, "{User} signed in")]
    private static partial void LogSignedIn(ILogger logger, string user);

    [LoggerMessage(2, LogLevel.Warning, "Sign-in refused for {User} (locked out: {LockedOut})")]
    private static partial void LogRefused(ILogger logger, string user, bool lockedOut);
}
