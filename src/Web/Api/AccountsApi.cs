using ClusterPanel.Core;
using ClusterPanel.Core.Access;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ClusterPanel.Web.Api;

/// <summary>Who may sign in, and what they may do.</summary>
internal static class AccountsApi
{
    /// <summary>A new account.</summary>
    /// <param name="UserName">The name they sign in with.</param>
    /// <param name="Password">Their first password, at least 12 characters.</param>
    /// <param name="Role">Viewer, Operator or Administrator.</param>
    internal sealed record AddAccount(string? UserName, string? Password, Role? Role)
    {
        /// <summary>Not the password.</summary>
        public override string ToString() => nameof(AddAccount);
    }

    /// <summary>What an account may do from now on.</summary>
    /// <param name="Role">Viewer, Operator or Administrator.</param>
    /// <param name="Blocked">True when they are not let in.</param>
    internal sealed record ChangeAccount(Role? Role, bool? Blocked);

    /// <summary>Another password.</summary>
    /// <param name="Password">At least 12 characters.</param>
    internal sealed record NewPassword(string? Password)
    {
        /// <summary>Not the password.</summary>
        public override string ToString() => nameof(NewPassword);
    }

    public static void Map(RouteGroupBuilder group)
    {
        group.MapGet("", ListAsync).WithSummary("All accounts by name");
        group.MapPost("", AddAsync).WithSummary("Add an account");
        group.MapPut("/{id}", ChangeAsync).WithSummary("Change what an account may do");
        group.MapPost("/{id}/password", SetPasswordAsync).WithSummary("Give an account another password");
        group.MapPost("/{id}/sign-out-everywhere", SignOutAsync).WithSummary("End every sign-in of an account and revoke its tokens").WithMetadata(new NeedsRole(Role.Viewer));
        group.MapDelete("/{id}", DeleteAsync).WithSummary("Remove an account");
    }

    private static async Task<Page<UserAccount>> ListAsync(int? skip, int? take, AccountService accounts, CancellationToken stop) =>
        Page<UserAccount>.Of(await accounts.ListAsync(stop), skip, take, a => a);

    private static async Task<Created> AddAsync(AddAccount body, AccountService accounts, CancellationToken stop)
    {
        await accounts.AddAsync(body.UserName ?? "", body.Password ?? "", RoleOf(body.Role), stop);
        return TypedResults.Created($"{ApiRoutes.Root}/accounts");
    }

    private static async Task<NoContent> ChangeAsync(string id, ChangeAccount body, AccountService accounts, CancellationToken stop)
    {
        var blocked = body.Blocked ?? throw new InvalidInputException("blocked", "Say whether they are blocked: true or false.");
        await accounts.ChangeAsync(id, RoleOf(body.Role), blocked, stop);
        return TypedResults.NoContent();
    }

    // Never the lowest by silence: a role that is left out would take somebody's away.
    private static Role RoleOf(Role? role) => role ?? throw new InvalidInputException("role", $"Choose a role: {string.Join(", ", Enum.GetNames<Role>())}.");

    private static async Task<NoContent> SetPasswordAsync(string id, NewPassword body, AccountService accounts, CancellationToken stop)
    {
        await accounts.SetPasswordAsync(id, body.Password ?? "", stop);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> SignOutAsync(string id, AccountService accounts, CancellationToken stop)
    {
        await accounts.SignOutEverywhereAsync(id, stop);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> DeleteAsync(string id, AccountService accounts, CancellationToken stop)
    {
        await accounts.DeleteAsync(id, stop);
        return TypedResults.NoContent();
    }
}
