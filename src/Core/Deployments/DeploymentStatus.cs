namespace ClusterPanel.Core.Deployments;

/// <summary>How far a deployment is.</summary>
public enum DeploymentStatus
{
    /// <summary>Waits for a panel process to claim it.</summary>
    Queued,

    /// <summary>A panel process works on it (or is about to claim it again after another one died).</summary>
    Running,

    /// <summary>Finished and verified.</summary>
    Succeeded,

    /// <summary>Stopped by a failure; Retry continues it.</summary>
    Failed,

    /// <summary>Stopped by the operator; Resume continues it.</summary>
    Canceled,

    /// <summary>Stopped in a way that needs a person to look; the reason is stored with it.</summary>
    Interrupted,
}
