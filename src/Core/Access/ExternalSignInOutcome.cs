namespace ClusterPanel.Core.Access;

/// <summary>What became of a sign-in through an identity provider.</summary>
public enum ExternalSignInOutcome
{
    /// <summary>They are let in.</summary>
    SignedIn,

    /// <summary>The provider did not answer, did not let them in, or its answer did not hold.</summary>
    Failed,

    /// <summary>The provider knows them and gives them no role here.</summary>
    NoRole,

    /// <summary>Another account has their name.</summary>
    NameTaken,

    /// <summary>The provider tells no name, or one that no account can have.</summary>
    NameUnusable,

    /// <summary>An administrator of the panel does not let them in.</summary>
    Blocked,
}
