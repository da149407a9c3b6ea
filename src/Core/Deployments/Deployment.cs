using ClusterPanel.Core.Clusters;

namespace ClusterPanel.Core.Deployments;

/// <summary>One run of a plan against a cluster. Belongs to the database, not to a browser tab or a process.</summary>
public sealed class Deployment
{
    /// <summary>Identity.</summary>
    public Guid Id { get; init; } = Guid.NewGuid();

    /// <summary>The cluster it changes.</summary>
    public required Guid ClusterId { get; init; }

    /// <summary>Name of the cluster when the deployment was made.</summary>
    public required string ClusterName { get; init; }

    /// <summary>What it does.</summary>
    public required DeploymentKind Kind { get; init; }

    /// <summary>How far it is.</summary>
    public DeploymentStatus Status { get; set; }

    /// <summary>Name of the user who confirmed the plan.</summary>
    public required string CreatedBy { get; init; }

    /// <summary>When the plan was confirmed.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When work began, or null.</summary>
    public DateTimeOffset? StartedAt { get; set; }

    /// <summary>When it ended, or null.</summary>
    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>Why it failed, was canceled or interrupted, as a sentence; null otherwise.</summary>
    public string? Reason { get; set; }

    /// <summary>A new one that waits for its turn.</summary>
    /// <param name="cluster">The cluster it changes.</param>
    /// <param name="kind">What it does.</param>
    /// <param name="createdBy">Name of the user who confirmed the plan.</param>
    /// <param name="createdAt">When that was.</param>
    public static Deployment Queued(Cluster cluster, DeploymentKind kind, string createdBy, DateTimeOffset createdAt) => new()
    {
        ClusterId = cluster.Id,
        ClusterName = cluster.Name,
        Kind = kind,
        Status = DeploymentStatus.Queued,
        CreatedBy = createdBy,
        CreatedAt = createdAt,
    };

    /// <summary>Why nothing else can be done with the cluster while it is not finished, as a sentence.</summary>
    public string InTheWay => $"{Kind.Text(ClusterName)}, started by {CreatedBy}, is not finished: wait for it, or cancel it.";

    /// <summary>True when it neither runs nor waits to run.</summary>
    public bool IsFinished => Status is not (DeploymentStatus.Queued or DeploymentStatus.Running);

    /// <summary>True when Retry makes sense.</summary>
    public bool CanRetry => Status is DeploymentStatus.Failed or DeploymentStatus.Canceled or DeploymentStatus.Interrupted;
}
