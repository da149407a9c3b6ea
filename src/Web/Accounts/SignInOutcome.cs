namespace ClusterPanel.Web.Accounts;

internal enum SignInOutcome
{
    SignedIn,
    Refused,

    /// <summary>The password is right; the code of the second factor is asked for next.</summary>
    NeedsCode,

    /// <summary>Too many wrong passwords; the account is closed for a while.</summary>
    LockedOut,
}
