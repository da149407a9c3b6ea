using System.Security.Claims;
using ClusterPanel.Core;

namespace ClusterPanel.Web.Accounts;

/// <summary>Signing in and out, and passwords. Only for static pages: a cookie can be set in a response alone.</summary>
internal interface IAccounts
{
    Task<SignInOutcome> SignInAsync(string userName, string password);

    Task SignOutAsync();

    /// <summary>Changes the password of the signed-in user and signs in anew.</summary>
    /// <returns>What is wrong; empty when it is changed.</returns>
    Task<IReadOnlyList<FieldError>> ChangePasswordAsync(ClaimsPrincipal user, string current, string password);
}
