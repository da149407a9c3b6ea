using System.Security.Claims;
using ClusterPanel.Core.Access;
using ClusterPanel.Core.Auditing;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace ClusterPanel.Web.Accounts;

/// <summary>
/// <see cref="IAccess"/> for a page or a request: who asks is what the cookie or the token says, what they may do is asked of the
/// database every time.
/// </summary>
internal sealed class CurrentAccess(IRights rights, AuthenticationStateProvider pages, IHttpContextAccessor requests, Asker asker, IAuditStore audit, IOptions<IdentityOptions> identity) : IAccess
{
    /// <summary>The claim that names the token that was used.</summary>
    public const string TokenClaim = "clusterpanel:token";

    // A page outlives the request that opened it; its address is of the moment it was opened.
    private readonly string? _from = requests.HttpContext?.Connection.RemoteIpAddress?.ToString();

    public async Task<Actor> RequireAsync(Role role, CancellationToken cancellationToken)
    {
        var user = await UserAsync();
        var actor = user.FindFirstValue(identity.Value.ClaimsIdentity.UserIdClaimType) is { } id
            ? await rights.FindAsync(
                id,
                user.FindFirstValue(identity.Value.ClaimsIdentity.SecurityStampClaimType),
                Guid.TryParse(user.FindFirstValue(TokenClaim), out var token) ? token : null,
                cancellationToken)
            : null;
        if (actor is null)
        {
            throw new AccessDeniedException(false, "You are not signed in any more: sign in again.");
        }

        actor = actor with { From = asker.From ?? _from };
        if (actor.Role < role)
        {
            await audit.AddAsync(actor.WasDenied(asker.User is not null ? "the deployments' hub" : requests.HttpContext?.Request is { } request ? Describe(request) : "a page", role), cancellationToken);
            throw new AccessDeniedException(true, $"This is for the role {role}; yours is {actor.Role}. Ask an administrator.");
        }

        return actor;
    }

    // Escaped and cut off: it is kept, and whoever is denied chose it.
    private static string Describe(HttpRequest request)
    {
        const int Longest = 200;
        var text = $"{request.Method} {request.Path.ToUriComponent()}";
        return text.Length <= Longest ? text : text[..Longest] + "…";
    }

    // A page's provider knows its user; for a plain request there is no page, and the provider says so by throwing.
    private async Task<ClaimsPrincipal> UserAsync()
    {
        if (asker.User is { } user)
        {
            return user;
        }

        try
        {
            return (await pages.GetAuthenticationStateAsync()).User;
        }
        catch (InvalidOperationException) when (requests.HttpContext is not null)
        {
            return requests.HttpContext.User;
        }
    }
}
