using System.Collections.Concurrent;
using ClusterPanel.Core.Clusters;

namespace ClusterPanel.Core.Deployments;

/// <summary>Everything that belongs to one deployment while one process runs it.</summary>
internal sealed class DeploymentRun(Lease lease, PlanInput input, Fence fence, IDeploymentStore store, IClusterStore clusters, DeploymentLog log, SessionPool sessions, TimeProvider time)
{
    private readonly ConcurrentDictionary<Guid, Attempt> _reported = new();

    public Lease Lease { get; } = lease;

    public PlanInput Input { get; } = input;

    public Fence Fence { get; } = fence;

    public IDeploymentStore Store { get; } = store;

    public IClusterStore Clusters { get; } = clusters;

    public DeploymentLog Log { get; } = log;

    public SessionPool Sessions { get; } = sessions;

    public TimeProvider Time { get; } = time;

    /// <summary>Notes what an attempt is doing; stored within a second, not at once, because it changes often.</summary>
    public void Report(Attempt attempt, string? activity)
    {
        if (attempt.Activity != activity)
        {
            attempt.Activity = activity;
            _reported[attempt.Id] = attempt;
        }
    }

    /// <summary>Stores what was reported since the last call.</summary>
    public async Task StoreReportsAsync(CancellationToken cancellationToken)
    {
        foreach (var id in _reported.Keys)
        {
            if (_reported.TryRemove(id, out var attempt) && attempt.Status == StepStatus.Running)
            {
                await Store.UpdateAttemptAsync(Lease, attempt, cancellationToken);
            }
        }
    }
}
