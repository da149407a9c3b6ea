namespace ClusterPanel.Core.Access;

/// <summary>Accounts of people who sign in through an identity provider. They have no password, and the provider decides their role.</summary>
public interface IExternalAccounts
{
    /// <summary>
    /// Finds the account by issuer and subject, or makes it at the first sign-in, and gives it the role. The same transaction writes what was
    /// done, or why it was refused, into the audit log.
    /// </summary>
    /// <param name="identity">Who they are, proved by the provider.</param>
    /// <param name="role">What the provider says they may do, or null for nothing.</param>
    /// <param name="from">Network address the request came from, or null.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>What became of it, and the account when they are let in.</returns>
    Task<(ExternalSignInOutcome Outcome, string? AccountId)> SignInAsync(ExternalIdentity identity, Role? role, string? from, CancellationToken cancellationToken);
}
