using System.Security.Claims;
using ClusterPanel.Core;
using Microsoft.AspNetCore.Identity;

namespace ClusterPanel.Web.Accounts;

/// <summary><see cref="IAccounts"/> by ASP.NET Core Identity; generic because the user's type is Infrastructure's.</summary>
internal sealed partial class IdentityAccounts<TUser>(SignInManager<TUser> signIn, UserManager<TUser> users, ILogger<IdentityAccounts<TUser>> logger) : IAccounts
    where TUser : class
{
    public async Task<SignInOutcome> SignInAsync(string userName, string password)
    {
        var result = await signIn.PasswordSignInAsync(userName, password, isPersistent: false, lockoutOnFailure: true);
        if (result.Succeeded)
        {
            LogSignedIn(logger, userName);
            return SignInOutcome.SignedIn;
        }

        LogRefused(logger, userName, result.IsLockedOut);
        return result.IsLockedOut ? SignInOutcome.LockedOut : SignInOutcome.Refused;
    }

    public Task SignOutAsync() => signIn.SignOutAsync();

    public async Task<IReadOnlyList<FieldError>> ChangePasswordAsync(ClaimsPrincipal user, string current, string password)
    {
        if (await users.GetUserAsync(user) is not { } account)
        {
            return [new("current", "This account does not exist any more.")];
        }

        var result = await users.ChangePasswordAsync(account, current, password);
        if (result.Succeeded)
        {
            await signIn.RefreshSignInAsync(account);
            return [];
        }

        return [.. result.Errors.Select(e => e.Code == nameof(IdentityErrorDescriber.PasswordMismatch)
            ? new FieldError("current", "This is not your current password.")
            : new FieldError("password", e.Description))];
    }

    [LoggerMessage(1, LogLevel.Information, "{User} signed in")]
    private static partial void LogSignedIn(ILogger logger, string user);

    [LoggerMessage(2, LogLevel.Warning, "Sign-in refused for {User} (locked out: {LockedOut})")]
    private static partial void LogRefused(ILogger logger, string user, bool lockedOut);
}
