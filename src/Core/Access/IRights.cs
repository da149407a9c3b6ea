namespace ClusterPanel.Core.Access;

/// <summary>Looks up in the database who somebody is now.</summary>
public interface IRights
{
    /// <summary>Name and role of an account, as far as the proof that was shown still holds.</summary>
    /// <param name="userId">Identity of the account.</param>
    /// <param name="stamp">What the cookie says of the account's passwords and roles; not looked at for a token.</param>
    /// <param name="tokenId">The token that was used, or null for a browser.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Null when the account is gone or blocked, the cookie is of before a change, or the token is revoked or over.</returns>
    Task<Actor?> FindAsync(string userId, string? stamp, Guid? tokenId, CancellationToken cancellationToken);
}
