using ClusterPanel.Core.Access;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ClusterPanel.Web.Api;

/// <summary>Tokens. They are made in the browser: a lost one must not make others.</summary>
internal static class TokensApi
{
    /// <summary>A token without itself.</summary>
    /// <param name="Id">Identity.</param>
    /// <param name="Owner">Whose it is.</param>
    /// <param name="Name">What it is for.</param>
    /// <param name="Role">What it may do at most.</param>
    /// <param name="CreatedAt">When it was made.</param>
    /// <param name="ExpiresAt">When it ends.</param>
    internal sealed record TokenAnswer(Guid Id, string Owner, string Name, Role Role, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt);

    public static void Map(RouteGroupBuilder group)
    {
        group.MapGet("", ListAsync).WithSummary("Your tokens; an administrator sees everybody's");
        group.MapDelete("/{id:guid}", RevokeAsync).WithSummary("Revoke a token").WithMetadata(new NeedsRole(Role.Viewer));
    }

    private static async Task<Page<TokenAnswer>> ListAsync(int? skip, int? take, TokenService tokens, CancellationToken stop) =>
        Page<TokenAnswer>.Of(await tokens.ListAsync(stop), skip, take, t => new TokenAnswer(t.Id, t.Owner, t.Name, t.Role, t.CreatedAt, t.ExpiresAt));

    private static async Task<NoContent> RevokeAsync(Guid id, TokenService tokens, CancellationToken stop)
    {
        await tokens.RevokeAsync(id, stop);
        return TypedResults.NoContent();
    }
}
