using ClusterPanel.Core;
using ClusterPanel.Core.Auditing;
using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Deployments;
using ClusterPanel.Core.Hosts;

namespace ClusterPanel.Web.Tests.Fakes;

/// <summary>The journal in memory; the test plays the worker.</summary>
public sealed class MemoryDeployments(MemoryClusters clusters, TimeProvider time) : IDeploymentStore
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Guid, Deployment> _deployments = [];
    private readonly Dictionary<Guid, Plan> _plans = [];
    private readonly Dictionary<Guid, List<Attempt>> _attempts = [];
    private readonly Dictionary<Guid, List<LogLine>> _lines = [];
    private readonly List<DeploymentRequest> _requests = [];

    /// <summary>How often a cluster was created.</summary>
    public int Created { get; private set; }

    public List<Guid> Requeued { get; } = [];

    /// <summary>Every query of the log, for tests of who reads what.</summary>
    public List<LogQuery> Queries { get; } = [];

    /// <summary>Holds back <see cref="CreateClusterAsync"/> until it is completed.</summary>
    public TaskCompletionSource? CreateGate { get; set; }

    /// <summary>Adds one; a null plan is one that cannot be read.</summary>
    public void Add(Deployment deployment, Plan? plan)
    {
        lock (_lock)
        {
            _deployments[deployment.Id] = deployment;
            if (plan is not null)
            {
                _plans[deployment.Id] = plan;
            }

            _attempts[deployment.Id] = [];
            _lines[deployment.Id] = [];
        }
    }

    public void Set(Guid id, DeploymentStatus status, string? reason = null)
    {
        lock (_lock)
        {
            var deployment = _deployments[id];
            (deployment.Status, deployment.Reason) = (status, reason);
            deployment.StartedAt ??= time.GetUtcNow();
            deployment.EndedAt = deployment.IsFinished ? time.GetUtcNow() : null;
        }
    }

    public void Put(Attempt attempt)
    {
        lock (_lock)
        {
            var list = _attempts[attempt.DeploymentId];
            list.RemoveAll(a => a.Id == attempt.Id);
            list.Add(attempt);
        }
    }

    public void Write(Guid id, string stage, string host, LineSource stream, params string[] texts)
    {
        lock (_lock)
        {
            var lines = _lines[id];
            lines.AddRange(texts.Select((t, i) => new LogLine(lines.Count + i + 1, time.GetUtcNow(), stage, host, stream, t)).ToList());
        }
    }

    public async Task CreateClusterAsync(Cluster cluster, Deployment deployment, Plan plan, AuditEntry entry, CancellationToken cancellationToken)
    {
        Created++;
        await (CreateGate?.Task ?? Task.CompletedTask);
        clusters.Add(cluster);
        Add(deployment, plan);
    }

    public Task ChangeClusterAsync(Deployment deployment, Plan plan, Cluster seen, AuditEntry entry, CancellationToken cancellationToken)
    {
        Add(deployment, plan);
        return Task.CompletedTask;
    }

    public Task SucceedAsync(Lease lease, ClusterSpec spec, string? reason, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<Deployment>> ListAsync(Guid? clusterId, int take, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Task.FromResult<IReadOnlyList<Deployment>>(
                [.. _deployments.Values.Where(d => clusterId is null || d.ClusterId == clusterId).OrderByDescending(d => d.CreatedAt).Take(take)]);
        }
    }

    public Task<Deployment?> FindAsync(Guid id, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Task.FromResult(_deployments.GetValueOrDefault(id));
        }
    }

    public Task<Plan> ReadPlanAsync(Guid id, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Task.FromResult(_plans[id]);
        }
    }

    public Task<IReadOnlyList<Attempt>> ListAttemptsAsync(Guid id, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Task.FromResult<IReadOnlyList<Attempt>>([.. _attempts[id]]);
        }
    }

    public Task RequeueAsync(Guid id, IReadOnlyList<DeploymentRequest> requests, AuditEntry entry, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (!_deployments[id].CanRetry)
            {
                throw new ConflictException("This deployment cannot be continued now.");
            }

            Requeued.Add(id);
            _requests.AddRange(requests);
        }

        Set(id, DeploymentStatus.Queued);
        return Task.CompletedTask;
    }

    public Task<bool> TryRequestAsync(Guid id, IReadOnlyList<DeploymentRequest> requests, AuditEntry entry, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            var unfinished = !_deployments[id].IsFinished;
            if (unfinished)
            {
                _requests.AddRange(requests);
            }

            return Task.FromResult(unfinished);
        }
    }

    public Task<IReadOnlyList<DeploymentRequest>> ListRequestsAsync(Guid id, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Task.FromResult<IReadOnlyList<DeploymentRequest>>([.. _requests.Where(r => r.DeploymentId == id)]);
        }
    }

    public Task<IReadOnlyList<LogLine>> ReadLogAsync(Guid deploymentId, LogQuery query, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            Queries.Add(query);
            return Task.FromResult<IReadOnlyList<LogLine>>(
            [
                .. _lines.GetValueOrDefault(deploymentId, []).Skip((int)query.After)
                    .Where(l => (query.Host is null || l.Host == query.Host) && (query.Stage is null || l.Stage == query.Stage)
                        && (query.Search is null || l.Text.Contains(query.Search, StringComparison.OrdinalIgnoreCase)))
                    .Take(query.Take),
            ]);
        }
    }

    public Task<Lease?> ClaimAsync(string owner, CancellationToken cancellationToken) => Task.FromResult<Lease?>(null);

    public Task<bool> RenewAsync(Lease lease, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task ReleaseAsync(Lease lease, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task FinishAsync(Lease lease, DeploymentStatus status, string? reason, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task AddAttemptAsync(Lease lease, Attempt attempt, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task UpdateAttemptAsync(Lease lease, Attempt attempt, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<long> ReadLastSequenceAsync(Guid deploymentId, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task AppendLogAsync(Lease lease, long first, IReadOnlyList<NewLogLine> lines, IReadOnlyList<StreamOffsets> offsets, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<StreamOffsets> ReadOffsetsAsync(Guid deploymentId, string unit, CancellationToken cancellationToken) => throw new NotSupportedException();
}
