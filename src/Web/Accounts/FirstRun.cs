namespace ClusterPanel.Web.Accounts;

/// <summary>The time before there is a user: every page leads to /setup until the one-time code made the first administrator.</summary>
/// <param name="noUserYet">True as long as there is no user.</param>
/// <param name="create">Makes the first administrator of code, user name and password; throws <see cref="Core.InvalidInputException"/>.</param>
internal sealed class FirstRun(Func<CancellationToken, Task<bool>> noUserYet, Func<string, string, string, CancellationToken, Task> create)
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

    public Task CreateAdministratorAsync(string code, string userName, string password, CancellationToken cancellationToken) =>
        create(code, userName, password, cancellationToken);
}
