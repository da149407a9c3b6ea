namespace ClusterPanel.Web.Accounts;

/// <summary>A user's second factor: codes by time (RFC 6238), made by an authenticator that knows the key.</summary>
/// <param name="InUse">True when codes are asked for at sign-in.</param>
/// <param name="Key">The key in base 32, as long as it is not in use; afterwards it is never shown again.</param>
/// <param name="Address">The key as authenticators read it from a picture.</param>
/// <param name="RecoveryCodesLeft">How many recovery codes are unused.</param>
internal sealed record SecondFactor(bool InUse, string? Key, string? Address, int RecoveryCodesLeft);
