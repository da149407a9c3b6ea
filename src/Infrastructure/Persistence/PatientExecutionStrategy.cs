using Microsoft.EntityFrameworkCore.Storage;

namespace ClusterPanel.Infrastructure.Persistence;

/// <summary>
/// Tries again while the database is away: a restart of PostgreSQL or a full disk is no failure of a deployment. Longer than
/// <see cref="Core.Deployments.Lease.StopAfter"/>, so that work under a lease ends because its lease may be lost, and is claimed
/// again later, and not because a store gave up.
/// </summary>
internal sealed class PatientExecutionStrategy(ExecutionStrategyDependencies dependencies) : ExecutionStrategy(dependencies, Tries, Pause)
{
    private const int Tries = 60;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    protected override bool ShouldRetryOn(Exception exception) => exception.IsPassing();

    // The base class would back off up to its longest pause, which makes short outages long.
    protected override TimeSpan? GetNextDelay(Exception lastException) => ExceptionsEncountered.Count < Tries ? Pause : null;
}
