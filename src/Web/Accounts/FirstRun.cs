using ClusterPanel.Core.Access;

namespace ClusterPanel.Web.Accounts;

/// <summary>The time before there is a user: every page leads to /setup until the one-time code made the first administrator.</summary>
/// <param name="noUserYet">True as long as there is no user.</param>
/// <param name="create">Makes the first administrator of code, user name and password; notes from where; throws <see cref="Core.InvalidInputException"/>.</param>
/// <param name="accounts">Where the administrator is found again.</param>
/// <param name="tokens">Where their first token is kept.</param>
/// <param name="time">When it ends.</param>
internal sealed class FirstRun(
    Func<CancellationToken, Task<bool>> noUserYet, Func<string, string, string, string?, CancellationToken, Task> create, IAccountStore accounts, ITokenStore tokens, TimeProvider time)
{
    private volatile bool _over;

    /// <summary>True until there is a user. Asks no more once it is over.</summary>
    public async Task<bool> IsOpenAsync(CancellationToken cancellationToken)
    {
        if (!_over)
        {
            _over = !await noUserYet(cancellationToken);
        }

        return !_over;
    }

    public Task CreateAdministratorAsync(string code, string userName, string password, string? from, CancellationToken cancellationToken) =>
        create(code, userName, password, from, cancellationToken);

    /// <summary>The same for a program, which gets a token to go on with.</summary>
    public async Task<(string Token, DateTimeOffset ExpiresAt)> CreateAdministratorWithTokenAsync(string code, string userName, string password, string? from, CancellationToken cancellationToken)
    {
        const int Days = 30;
        await create(code, userName, password, from, cancellationToken);
        var account = (await accounts.ListAsync(cancellationToken)).First(a => a.Role == Role.Administrator);
        var (token, secret) = await TokenService.IssueAsync(new Actor(account.Id, account.Name, account.Role, from, null), "setup", account.Role, Days, tokens, time, cancellationToken);
        return (secret, token.ExpiresAt);
    }
}
