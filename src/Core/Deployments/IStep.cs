namespace ClusterPanel.Core.Deployments;

/// <summary>
/// One idempotent unit of work on one host: look, change what is missing, verify. Holds no state
/// between hosts or attempts: the truth is on the host.
/// </summary>
public interface IStep
{
    /// <summary>Name of the step, stored in plans; never changed once released.</summary>
    string Key { get; }

    /// <summary>What the step does, for people.</summary>
    string Title { get; }

    /// <summary>The commands for one host, computed without touching it: what the plan shows and the only changing texts <see cref="RunAsync"/> can run.</summary>
    IReadOnlyList<PlannedCommand> Commands(PlanInput input, Clusters.ClusterMember target);

    /// <summary>Brings the host to the step's postcondition and returns only when that was observed.</summary>
    /// <exception cref="Hosts.HostException">It could not be reached; the kind decides what happens next.</exception>
    Task RunAsync(StepContext context, CancellationToken cancellationToken);

    /// <summary>
    /// Called when an operator has stopped the step's commands on the host: puts back what must not stay half-way until somebody
    /// resumes. Most steps leave nothing of the kind.
    /// </summary>
    Task AfterStopAsync(StepContext context, CancellationToken cancellationToken) => Task.CompletedTask;
}
