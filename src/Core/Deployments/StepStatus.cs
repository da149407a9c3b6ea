namespace ClusterPanel.Core.Deployments;

/// <summary>State of one step on one host, derived from its attempts.</summary>
public enum StepStatus
{
    /// <summary>Not begun.</summary>
    Pending,

    /// <summary>Being worked on.</summary>
    Running,

    /// <summary>The postcondition was observed.</summary>
    Succeeded,

    /// <summary>Left out by the operator.</summary>
    Skipped,

    /// <summary>Failed; kept with its evidence.</summary>
    Failed,

    /// <summary>Stopped by the operator.</summary>
    Canceled,
}
