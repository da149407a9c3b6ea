using System.Security.Claims;
using ClusterPanel.Core;

namespace ClusterPanel.Web.Accounts;

/// <summary>Signing in and out, and passwords. Only for static pages: a cookie can be set in a response alone.</summary>
internal interface IAccounts
{
    Task<SignInOutcome> SignInAsync(string userName, string password);

    /// <summary>The second step: a code of the authenticator, or one of the recovery codes. Each is good once.</summary>
    Task<SignInOutcome> SignInWithCodeAsync(string code);

    Task SignOutAsync();

    /// <summary>False for an account that signs in through an identity provider only.</summary>
    Task<bool> HasPasswordAsync(ClaimsPrincipal user);

    /// <summary>Changes the password of the signed-in user and signs in anew.</summary>
    /// <returns>What is wrong; empty when it is changed.</returns>
    Task<IReadOnlyList<FieldError>> ChangePasswordAsync(ClaimsPrincipal user, string current, string password);

    /// <summary>The second factor of the signed-in user. One that is not used yet gets a key.</summary>
    Task<SecondFactor> SecondFactorAsync(ClaimsPrincipal user);

    /// <summary>Begins to ask for codes, once a code shows that the authenticator has the key.</summary>
    /// <returns>Recovery codes, shown once; null when the code is wrong.</returns>
    Task<IReadOnlyList<string>?> UseSecondFactorAsync(ClaimsPrincipal user, string code);

    /// <summary>Asks for no codes any more, and forgets key and recovery codes.</summary>
    /// <returns>False when the password is wrong.</returns>
    Task<bool> DropSecondFactorAsync(ClaimsPrincipal user, string password);
}
