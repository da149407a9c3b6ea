namespace ClusterPanel.Core.Deployments;

/// <summary>
/// Something an operator asked of a deployment. Stored, because the process that takes the click is often not the one that does
/// the work: whoever holds the lease reads it.
/// </summary>
public sealed class DeploymentRequest
{
    /// <summary>Identity; later requests have higher numbers.</summary>
    public long Id { get; init; }

    /// <summary>Its deployment.</summary>
    public required Guid DeploymentId { get; init; }

    /// <summary>What is asked.</summary>
    public required RequestKind Kind { get; init; }

    /// <summary>The host it concerns (Retry, Skip), or null.</summary>
    public Guid? HostId { get; init; }

    /// <summary>Key of the stage that failed there (Retry), or null.</summary>
    public string? Stage { get; init; }

    /// <summary>Number of the failed attempt (Retry): a later failure is not covered by it. Else null.</summary>
    public int? Attempt { get; init; }

    /// <summary>Name of the user who asked.</summary>
    public required string By { get; init; }

    /// <summary>When it was asked.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>A wish to try a failed attempt again.</summary>
    public static DeploymentRequest Retry(Attempt failed, string by, DateTimeOffset at) =>
        new() { DeploymentId = failed.DeploymentId, Kind = RequestKind.Retry, HostId = failed.HostId, Stage = failed.Stage, Attempt = failed.Number, By = by, At = at };
}
