using ClusterPanel.Core.Access;
using ClusterPanel.Web.Hosting;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Identity;

namespace ClusterPanel.Web.Accounts;

/// <summary>
/// What the identity provider answered, after ASP.NET Core has checked it: state, code, signature, issuer, audience, time and nonce. It counts
/// in the request that brings it, and is not kept.
/// </summary>
internal sealed partial class OpenIdConnectAnswers<TUser>(
    OpenIdConnectSettings settings, IExternalAccounts accounts, SignInManager<TUser> signIn, ILogger<OpenIdConnectAnswers<TUser>> logger) : OpenIdConnectEvents
    where TUser : class
{
    // OpenID Connect Core 1.0 §2: at most 255 ASCII characters.
    private const int LongestSubject = 255;

    public override Task TokenValidated(TokenValidatedContext context)
    {
        // ASP.NET Core takes a token without a signature, because it comes over TLS from the provider itself (OpenID Connect Core 1.0 §3.1.3.7).
        // The panel asks for one: a proxy that looks into TLS is no provider.
        if (string.IsNullOrEmpty(context.SecurityToken.RawSignature))
        {
            context.Fail("The provider's token is not signed.");
        }

        return Task.CompletedTask;
    }

    public override async Task TicketReceived(TicketReceivedContext context)
    {
        var (outcome, accountId) = await AskAsync(context);
        if (outcome == ExternalSignInOutcome.SignedIn)
        {
            var user = await signIn.UserManager.FindByIdAsync(accountId!) ?? throw new InvalidOperationException("The account was deleted in the moment in which it signed in.");
            await signIn.SignInAsync(user, isPersistent: false);
            LogSignedIn(logger, await signIn.UserManager.GetUserNameAsync(user));
            context.Response.Redirect(LocalPath.Of(context.ReturnUri));
        }
        else
        {
            LogRefused(logger, outcome.ToString());
            context.Response.Redirect(OpenIdConnectSignIn.RefusedAddress(outcome, context.ReturnUri));
        }

        context.HandleResponse();
    }

    public override Task RemoteFailure(RemoteFailureContext context)
    {
        LogRefused(logger, new string([.. (context.Failure?.Message ?? "").Select(c => char.IsControl(c) ? ' ' : c)]));
        context.Response.Redirect(OpenIdConnectSignIn.RefusedAddress(ExternalSignInOutcome.Failed, context.Properties?.RedirectUri));
        context.HandleResponse();
        return Task.CompletedTask;
    }

    private async Task<(ExternalSignInOutcome Outcome, string? AccountId)> AskAsync(TicketReceivedContext context)
    {
        var claims = context.Principal!;
        if (claims.FindFirst("sub") is not { Value: { Length: > 0 and <= LongestSubject } subject } who || !subject.All(c => char.IsAscii(c) && !char.IsControl(c)))
        {
            return (ExternalSignInOutcome.Failed, null);
        }

        // The issuer is the provider that signed it. Settings that name another provider later must not give its people these accounts.
        return await accounts.SignInAsync(
            new ExternalIdentity(who.Issuer, subject, claims.FindFirst(settings.NameClaim)?.Value),
            settings.RoleOf(claims.FindAll(settings.RoleClaim).Select(c => c.Value)),
            context.HttpContext.Connection.RemoteIpAddress?.ToString(),
            context.HttpContext.RequestAborted);
    }

    [LoggerMessage(1, LogLevel.Information, "{User} signed in with OpenID Connect")]
    private static partial void LogSignedIn(ILogger logger, string? user);

    [LoggerMessage(2, LogLevel.Warning, "Sign-in with OpenID Connect refused: {Reason}")]
    private static partial void LogRefused(ILogger logger, string reason);
}
