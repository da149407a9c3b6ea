using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Hosts;
using ClusterPanel.Core.Packages;
using ClusterPanel.Core.Plans;

namespace ClusterPanel.Core.Deployments;

/// <summary>Plans, starts, stops and continues deployments. The work itself is done in the background by whoever claims it.</summary>
public sealed class DeploymentService(IDeploymentStore store, IHostStore hosts, IPackageStore packages, IClusterStore clusters, TimeProvider time)
{
    /// <summary>Computes the plan of a new cluster without storing or touching anything.</summary>
    /// <exception cref="InvalidInputException">A field is wrong.</exception>
    public async Task<PlanPreview> PreviewAsync(ClusterRequest request, CancellationToken cancellationToken)
    {
        var package = request.PackageId is { } id ? await packages.FindAsync(id, cancellationToken) : null;
        var taken = (await clusters.ListAsync(cancellationToken)).Select(c => c.Name);
        var spec = ClusterSpecBuilder.Build(request, await hosts.ListAsync(cancellationToken), package, taken);
        var plan = CreateClusterPlan.Build(new PlanInput(request.ClusterId, spec, package!));
        return new PlanPreview(spec, plan, plan.Hash());
    }

    /// <summary>Stores the cluster and its deployment; work begins within a second or two.</summary>
    /// <param name="request">The same wish the plan was shown for.</param>
    /// <param name="planHash">Hash of the plan that was shown.</param>
    /// <param name="user">Who confirmed it.</param>
    /// <param name="cancellationToken">Until it is stored.</param>
    /// <exception cref="InvalidInputException">A field is wrong.</exception>
    /// <exception cref="ConflictException">The plan would be another one now, the name is taken, or a host belongs to another cluster.</exception>
    public async Task<Deployment> StartAsync(ClusterRequest request, string planHash, string user, CancellationToken cancellationToken)
    {
        var preview = await PreviewAsync(request, cancellationToken);
        if (preview.Hash != planHash)
        {
            throw new ConflictException("Something changed since this plan was shown (a host's facts, its address or the package). Look at the new plan and confirm again.");
        }

        var now = time.GetUtcNow();
        var cluster = new Cluster { Id = request.ClusterId, Name = preview.Spec.Name, Spec = preview.Spec, Status = ClusterStatus.Creating, CreatedAt = now };
        var deployment = new Deployment
        {
            ClusterId = cluster.Id,
            ClusterName = cluster.Name,
            Kind = DeploymentKind.CreateCluster,
            Status = DeploymentStatus.Queued,
            CreatedBy = user,
            CreatedAt = now,
        };
        await store.CreateClusterAsync(cluster, deployment, preview.Plan, cancellationToken);
        return deployment;
    }

    /// <summary>Continues a stopped deployment, or tries what failed again while the rest still runs; what succeeded is not run again.</summary>
    /// <param name="id">The deployment.</param>
    /// <param name="hostId">Only this host, or null for all that failed.</param>
    /// <param name="user">Who asks.</param>
    /// <param name="cancellationToken">Until it is stored.</param>
    /// <exception cref="ConflictException">It cannot be continued now, or nothing has failed there.</exception>
    public async Task RetryAsync(Guid id, Guid? hostId, string user, CancellationToken cancellationToken)
    {
        var failed = (await store.ListAttemptsAsync(id, cancellationToken))
            .GroupBy(a => (a.Stage, a.HostId)).Select(g => g.MaxBy(a => a.Number)!)
            .Where(a => a.Status == StepStatus.Failed && (hostId is null || a.HostId == hostId)).ToList();
        if (failed.Count == 0 && hostId is not null)
        {
            throw new ConflictException("Nothing has failed on this host: there is nothing to try again.");
        }

        var now = time.GetUtcNow();
        await AskAsync(id, [.. failed.Select(a => DeploymentRequest.Retry(a, user, now))], cancellationToken);
    }

    /// <summary>Goes on without a worker: a dead one never blocks the rest. It is listed as left out.</summary>
    /// <exception cref="ConflictException">It is a master, or the deployment cannot be continued now.</exception>
    public async Task SkipAsync(Guid id, Guid hostId, string user, CancellationToken cancellationToken)
    {
        var plan = await store.ReadPlanAsync(id, cancellationToken);
        var member = plan.Stages.SelectMany(s => s.Hosts).Select(h => h.Member).FirstOrDefault(m => m.HostId == hostId)
            ?? throw new ConflictException("This host is not in the deployment's plan.");
        if (member.Role != NodeRole.Worker)
        {
            throw new ConflictException($"{member.HostName} is a master: only workers can be left out.");
        }

        await AskAsync(id, [new DeploymentRequest { DeploymentId = id, Kind = RequestKind.Skip, HostId = hostId, By = user, At = time.GetUtcNow() }], cancellationToken);
    }

    /// <summary>
    /// Takes a host over that another panel or cluster has marked as its own, and tries again. What is taken from whom stands in the
    /// deployment's log.
    /// </summary>
    /// <exception cref="ConflictException">It was not refused for that reason, or the deployment cannot be continued now.</exception>
    public async Task TakeOverAsync(Guid id, Guid hostId, string user, CancellationToken cancellationToken)
    {
        var last = (await store.ListAttemptsAsync(id, cancellationToken)).Where(a => a.HostId == hostId).LastOrDefault();
        if (last is not { Status: StepStatus.Failed, Failure.Kind: FailureKind.Foreign })
        {
            throw new ConflictException("This host was not refused because it belongs to another panel.");
        }

        var now = time.GetUtcNow();
        await AskAsync(
            id,
            [new DeploymentRequest { DeploymentId = id, Kind = RequestKind.TakeOver, HostId = hostId, By = user, At = now }, DeploymentRequest.Retry(last, user, now)],
            cancellationToken);
    }

    /// <summary>Asks for a stop: no new work begins, commands that run on hosts are let end.</summary>
    public Task CancelAsync(Guid id, string user, CancellationToken cancellationToken) => AskAsync(id, RequestKind.Cancel, user, cancellationToken);

    /// <summary>Asks to stop what runs on hosts as well. A half-done command is undone by the next Resume.</summary>
    public Task StopAsync(Guid id, string user, CancellationToken cancellationToken) => AskAsync(id, RequestKind.Stop, user, cancellationToken);

    private Task<bool> AskAsync(Guid id, RequestKind kind, string user, CancellationToken cancellationToken) =>
        store.TryRequestAsync(new DeploymentRequest { DeploymentId = id, Kind = kind, By = user, At = time.GetUtcNow() }, cancellationToken);

    // A deployment that runs is told; one that is stopped is put back into the queue with the wish.
    private async Task AskAsync(Guid id, IReadOnlyList<DeploymentRequest> requests, CancellationToken cancellationToken)
    {
        var told = requests.Count > 0;
        foreach (var request in requests)
        {
            told &= await store.TryRequestAsync(request, cancellationToken);
        }

        if (!told)
        {
            await store.RequeueAsync(id, requests, cancellationToken);
        }
    }
}
