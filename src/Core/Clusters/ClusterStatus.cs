namespace ClusterPanel.Core.Clusters;

/// <summary>How far a cluster is.</summary>
public enum ClusterStatus
{
    /// <summary>Its creation is queued, running, or stopped half-way.</summary>
    Creating,

    /// <summary>Its creation was verified.</summary>
    Ready,

    /// <summary>Its reset is queued, running, or stopped half-way: nothing else can be done with it.</summary>
    Resetting,

    /// <summary>It was reset: no host is a member any more. Hosts that could not be cleaned may be left.</summary>
    Removed,
}
