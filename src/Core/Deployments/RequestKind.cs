namespace ClusterPanel.Core.Deployments;

/// <summary>What an operator asks of a deployment.</summary>
public enum RequestKind
{
    /// <summary>Begin no new work; let end what runs.</summary>
    Cancel,

    /// <summary>Stop what runs on hosts as well.</summary>
    Stop,

    /// <summary>Try a failed attempt again.</summary>
    Retry,

    /// <summary>Go on without a worker.</summary>
    Skip,

    /// <summary>Take a host over that another panel or cluster has marked as its own.</summary>
    TakeOver,
}
