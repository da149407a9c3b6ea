using System.Collections.Concurrent;
using ClusterPanel.Core.Clusters;

namespace ClusterPanel.Core.Deployments;

/// <summary>Everything that belongs to one deployment while one process runs it.</summary>
internal sealed class DeploymentRun
{
    private readonly ConcurrentDictionary<Guid, Attempt> _reported = new();
    private readonly ConcurrentDictionary<(string Stage, Guid Host), Attempt> _last = new();
    private readonly HashSet<Guid> _toRepeat = [];

    public required Lease Lease { get; init; }

    public required PlanInput Input { get; init; }

    public required Fence Fence { get; init; }

    public required IDeploymentStore Store { get; init; }

    public required IClusterStore Clusters { get; init; }

    public required DeploymentLog Log { get; init; }

    public required SessionPool Sessions { get; init; }

    public required RunRequests Requests { get; init; }

    public required LogLimits LogLimits { get; init; }

    public required TimeProvider Time { get; init; }

    /// <summary>What could not be stopped on hosts although it was asked for, as sentences.</summary>
    public ConcurrentBag<string> NotStopped { get; } = [];

    /// <summary>Remembers an attempt; they are given in the order of their numbers.</summary>
    public void Add(Attempt attempt) => _last[(attempt.Stage, attempt.HostId)] = attempt;

    /// <summary>The last attempt of a stage on a host, or null.</summary>
    public Attempt? LastAttempt(string stage, Guid host) => _last.GetValueOrDefault((stage, host));

    /// <summary>An attempt of an earlier run succeeded, and what it reached may not have lasted.</summary>
    public void Repeat(Attempt attempt) => _toRepeat.Add(attempt.Id);

    /// <summary>Tells whether the stage is to be run again on the host, although that attempt succeeded.</summary>
    public bool IsToBeRepeated(Attempt attempt) => _toRepeat.Contains(attempt.Id);

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
