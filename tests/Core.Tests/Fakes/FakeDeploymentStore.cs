using ClusterPanel.Core.Auditing;
using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Deployments;

namespace ClusterPanel.Core.Tests.Fakes;

/// <summary>The journal in memory. One lease at a time: writes with another token than <see cref="Token"/> are refused.</summary>
internal sealed class FakeDeploymentStore(TimeProvider time) : IDeploymentStore
{
    private readonly Lock _gate = new();
    private readonly Dictionary<Guid, Attempt> _attempts = [];

    public Dictionary<Guid, Deployment> Deployments { get; } = [];

    public Dictionary<Guid, Plan> Plans { get; } = [];

    public List<Cluster> Clusters { get; } = [];

    public List<LogLine> Log { get; } = [];

    public Dictionary<string, StreamOffsets> Offsets { get; } = [];

    /// <summary>The newest token; what is written with another one is refused.</summary>
    public long Token { get; set; } = 7;

    /// <summary>What operators have asked for.</summary>
    public List<DeploymentRequest> Requests { get; } = [];

    public bool Released { get; private set; }

    public DeploymentStatus? Outcome { get; private set; }

    public string? Reason { get; private set; }

    public List<DateTimeOffset> RenewedAt { get; } = [];

    /// <summary>Answers a renewal; by default true.</summary>
    public Func<CancellationToken, Task<bool>> OnRenew { get; set; } = _ => Task.FromResult(true);

    /// <summary>Called before lines are stored; may throw.</summary>
    public Action OnAppend { get; set; } = () => { };

    /// <summary>Called after every change of an attempt.</summary>
    public Action<Attempt> OnAttempt { get; set; } = _ => { };

    public IReadOnlyList<Attempt> Attempts => [.. _attempts.Values];

    public IEnumerable<string> LogTexts => Log.Select(l => l.Text);

    /// <summary>An attempt of an earlier process or try.</summary>
    public void Seed(Attempt attempt) => _attempts.Add(attempt.Id, attempt);

    public Attempt AttemptOf(string stage, int host, int number = 1) =>
        _attempts.Values.Single(a => a.Stage == stage && a.HostId == Samples.HostId(host) && a.Number == number);

    public Task CreateClusterAsync(Cluster cluster, Deployment deployment, Plan plan, AuditEntry entry, CancellationToken cancellationToken)
    {
        if (Clusters.Any(c => c.Name == cluster.Name))
        {
            throw new ConflictException("The name is taken.");
        }

        Clusters.Add(cluster);
        Deployments.Add(deployment.Id, deployment);
        Plans.Add(deployment.Id, plan);
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<Deployment>> ListAsync(Guid? clusterId, int take, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<Deployment>>([.. Deployments.Values.Where(d => clusterId is null || d.ClusterId == clusterId).OrderByDescending(d => d.CreatedAt).Take(take)]);

    public Task<Deployment?> FindAsync(Guid id, CancellationToken cancellationToken) => Task.FromResult(Deployments.GetValueOrDefault(id));

    public Task<Plan> ReadPlanAsync(Guid id, CancellationToken cancellationToken) => Task.FromResult(Plans[id]);

    public Task<IReadOnlyList<Attempt>> ListAttemptsAsync(Guid id, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<Attempt>>([.. _attempts.Values.Where(a => a.DeploymentId == id).Select(Copy)]);

    public Task RequeueAsync(Guid id, IReadOnlyList<DeploymentRequest> requests, AuditEntry entry, CancellationToken cancellationToken)
    {
        Deployments[id].Status = DeploymentStatus.Queued;
        Requests.RemoveAll(r => r.Kind is RequestKind.Cancel or RequestKind.Stop);
        Requests.AddRange(requests);
        return Task.CompletedTask;
    }

    public Task<bool> TryRequestAsync(Guid id, IReadOnlyList<DeploymentRequest> requests, AuditEntry entry, CancellationToken cancellationToken)
    {
        var unfinished = Deployments.GetValueOrDefault(id)?.IsFinished != true;
        if (unfinished)
        {
            Requests.AddRange(requests);
        }

        return Task.FromResult(unfinished);
    }

    public Task<IReadOnlyList<DeploymentRequest>> ListRequestsAsync(Guid id, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<DeploymentRequest>>([.. Requests]);

    /// <summary>A wish of olga's.</summary>
    public void Ask(RequestKind kind, Guid? host = null) =>
        Requests.Add(new DeploymentRequest { DeploymentId = Samples.DeploymentId, Kind = kind, HostId = host, By = "olga" });

    public Task<Lease?> ClaimAsync(string owner, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<bool> RenewAsync(Lease lease, CancellationToken cancellationToken)
    {
        RenewedAt.Add(time.GetUtcNow());
        return OnRenew(cancellationToken);
    }

    public Task ReleaseAsync(Lease lease, CancellationToken cancellationToken)
    {
        Released = true;
        return Task.CompletedTask;
    }

    /// <summary>What the cluster is since a deployment succeeded, or null.</summary>
    public ClusterSpec? Spec { get; private set; }

    public Task ChangeClusterAsync(Deployment deployment, Plan plan, Cluster seen, AuditEntry entry, CancellationToken cancellationToken)
    {
        if (Deployments.Values.FirstOrDefault(d => d.ClusterId == seen.Id && !d.IsFinished) is { } unfinished)
        {
            throw new ConflictException(unfinished.InTheWay);
        }

        Deployments.Add(deployment.Id, deployment);
        Plans.Add(deployment.Id, plan);
        return Task.CompletedTask;
    }

    public Task SucceedAsync(Lease lease, ClusterSpec spec, string? reason, CancellationToken cancellationToken)
    {
        Require(lease);
        (Outcome, Reason, Spec) = (DeploymentStatus.Succeeded, reason, spec);
        return Task.CompletedTask;
    }

    public Task FinishAsync(Lease lease, DeploymentStatus status, string? reason, CancellationToken cancellationToken)
    {
        Require(lease);
        (Outcome, Reason) = (status, reason);
        return Task.CompletedTask;
    }

    public Task AddAttemptAsync(Lease lease, Attempt attempt, CancellationToken cancellationToken)
    {
        Require(lease);
        _attempts.Add(attempt.Id, Copy(attempt));
        OnAttempt(attempt);
        return Task.CompletedTask;
    }

    public Task UpdateAttemptAsync(Lease lease, Attempt attempt, CancellationToken cancellationToken)
    {
        Require(lease);
        _attempts[attempt.Id] = Copy(attempt);
        OnAttempt(attempt);
        return Task.CompletedTask;
    }

    public Task<long> ReadLastSequenceAsync(Guid deploymentId, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return Task.FromResult((long)Log.Count);
        }
    }

    public Task AppendLogAsync(Lease lease, long first, IReadOnlyList<NewLogLine> lines, IReadOnlyList<StreamOffsets> offsets, CancellationToken cancellationToken)
    {
        Require(lease);
        OnAppend();
        lock (_gate)
        {
            Assert.Equal(Log.Count + 1, first);
            Log.AddRange(lines.Select((l, i) => new LogLine(first + i, l.Time, l.Stage, l.Host, l.Stream, l.Text)).ToList());
            foreach (var offset in offsets)
            {
                Offsets[offset.Unit] = offset;
            }
        }

        return Task.CompletedTask;
    }

    public Task<StreamOffsets> ReadOffsetsAsync(Guid deploymentId, string unit, CancellationToken cancellationToken) =>
        Task.FromResult(Offsets.GetValueOrDefault(unit) ?? new StreamOffsets(unit, 0, 0));

    public Task<IReadOnlyList<LogLine>> ReadLogAsync(Guid deploymentId, LogQuery query, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<LogLine>>([.. Log.Where(l => l.Sequence > query.After).Take(query.Take)]);

    private void Require(Lease lease)
    {
        if (lease.Token != Token)
        {
            throw new LeaseLostException(lease);
        }
    }

    private static Attempt Copy(Attempt a) => new()
    {
        Id = a.Id,
        DeploymentId = a.DeploymentId,
        Stage = a.Stage,
        HostId = a.HostId,
        Number = a.Number,
        Status = a.Status,
        StartedAt = a.StartedAt,
        EndedAt = a.EndedAt,
        Activity = a.Activity,
        Failure = a.Failure,
    };
}
