using ClusterPanel.Web.Accounts;

namespace ClusterPanel.Web.Api;

/// <summary>The first administrator, made with the one-time code that the panel prints at its start.</summary>
internal static class SetupApi
{
    /// <summary>What is asked for.</summary>
    /// <param name="Code">The setup code.</param>
    /// <param name="UserName">The administrator's name.</param>
    /// <param name="Password">At least 12 characters.</param>
    internal sealed record SetUp(string? Code, string? UserName, string? Password)
    {
        /// <summary>Not the password.</summary>
        public override string ToString() => nameof(SetUp);
    }

    /// <summary>The first token.</summary>
    /// <param name="Token">It cannot be read again.</param>
    /// <param name="ExpiresAt">When it ends.</param>
    internal sealed record FirstToken(string Token, DateTimeOffset ExpiresAt);

    public static void Map(RouteGroupBuilder api) =>
        api.MapPost("/setup", SetUpAsync).AllowAnonymous().WithTags("Setup").WithSummary("Make the first administrator, with a token for 30 days");

    private static async Task<FirstToken> SetUpAsync(SetUp body, FirstRun firstRun, HttpContext http, CancellationToken stop)
    {
        var (token, expires) = await firstRun.CreateAdministratorWithTokenAsync(body.Code ?? "", body.UserName ?? "", body.Password ?? "", http.Connection.RemoteIpAddress?.ToString(), stop);
        return new FirstToken(token, expires);
    }
}
