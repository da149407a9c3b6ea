namespace ClusterPanel.Web.Accounts;

internal enum SignInOutcome
{
    SignedIn,
    Refused,

    /// <summary>Too many wrong passwords; the account is closed for a while.</summary>
    LockedOut,
}
