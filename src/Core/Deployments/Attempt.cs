namespace ClusterPanel.Core.Deployments;

/// <summary>One try of one step on one host. Attempts are kept.</summary>
public sealed class Attempt
{
    /// <summary>Identity.</summary>
    public Guid Id { get; init; } = Guid.NewGuid();

    /// <summary>Its deployment.</summary>
    public required Guid DeploymentId { get; init; }

    /// <summary>Key of the stage.</summary>
    public required string Stage { get; init; }

    /// <summary>The host.</summary>
    public required Guid HostId { get; init; }

    /// <summary>1 for the first try on this host in this stage, and so on.</summary>
    public required int Number { get; init; }

    /// <summary>Running, Succeeded, Failed, Skipped or Canceled.</summary>
    public StepStatus Status { get; set; } = StepStatus.Running;

    /// <summary>When it began.</summary>
    public DateTimeOffset StartedAt { get; init; }

    /// <summary>When it ended, or null.</summary>
    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>What it is doing or waiting for just now, as a sentence; null when it has ended.</summary>
    public string? Activity { get; set; }

    /// <summary>The last attempt of every stage on every host.</summary>
    public static IEnumerable<Attempt> Last(IEnumerable<Attempt> attempts) =>
        attempts.GroupBy(a => (a.Stage, a.HostId)).Select(g => g.MaxBy(a => a.Number)!);

    /// <summary>The failure, or null.</summary>
    public StepFailure? Failure { get; set; }
}
