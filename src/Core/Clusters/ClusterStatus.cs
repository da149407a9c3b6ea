namespace ClusterPanel.Core.Clusters;

/// <summary>How far a cluster is.</summary>
public enum ClusterStatus
{
    /// <summary>Its creation is queued, running, or stopped half-way.</summary>
    Creating,

    /// <summary>Its creation was verified.</summary>
    Ready,
}
