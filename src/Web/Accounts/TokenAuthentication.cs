using System.Security.Claims;
using System.Text.Encodings.Web;
using ClusterPanel.Core.Access;
using ClusterPanel.Web.Api;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace ClusterPanel.Web.Accounts;

/// <summary>
/// <c>Authorization: Bearer cpt_…</c>. On the hub's path the token may stand in the query string too, because browsers can send no
/// header with a WebSocket.
/// </summary>
internal sealed class TokenAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder, ITokenStore tokens, IOptions<IdentityOptions> identity)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    /// <summary>Name of the scheme.</summary>
    public const string SchemeName = "Bearer";

    /// <summary>The only path on which a token is taken from the query string.</summary>
    public const string HubPath = "/hubs/deployments";

    private const string QueryName = "access_token";

    /// <summary>True where only tokens count; the API's description is for both, programs and people who are signed in.</summary>
    public static bool IsAsked(HttpContext context) =>
        ApiRoutes.IsApi(context) || IsHub(context) || (context.Request.Path.StartsWithSegments("/openapi", StringComparison.OrdinalIgnoreCase) && context.Request.Headers.Authorization.Count > 0);

    /// <summary>True for the hub's paths.</summary>
    public static bool IsHub(HttpContext context) => context.Request.Path.StartsWithSegments(HubPath, StringComparison.OrdinalIgnoreCase);

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var secret = Secret();
        if (secret is null)
        {
            return AuthenticateResult.NoResult();
        }

        if (!secret.StartsWith(TokenService.Prefix, StringComparison.Ordinal)
            || await tokens.FindAsync(TokenService.HashOf(secret), Context.RequestAborted) is not { } token
            || token.ExpiresAt <= TimeProvider.GetUtcNow())
        {
            return AuthenticateResult.Fail("There is no such token, or it has ended.");
        }

        var claims = new ClaimsIdentity(SchemeName);
        claims.AddClaim(new Claim(identity.Value.ClaimsIdentity.UserIdClaimType, token.UserId));
        claims.AddClaim(new Claim(CurrentAccess.TokenClaim, token.Id.ToString()));
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(claims), SchemeName));
    }

    private string? Secret()
    {
        const string Scheme = SchemeName + " ";
        if (Request.Headers[HeaderNames.Authorization].ToString() is { Length: > 0 } header)
        {
            return header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? header[Scheme.Length..].Trim() : null;
        }

        return IsHub(Context) && Request.Query[QueryName].ToString() is { Length: > 0 } query ? query : null;
    }
}
