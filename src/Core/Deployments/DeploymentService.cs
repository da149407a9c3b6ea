using ClusterPanel.Core.Access;
using ClusterPanel.Core.Auditing;
using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Hosts;
using ClusterPanel.Core.Packages;
using ClusterPanel.Core.Plans;

namespace ClusterPanel.Core.Deployments;

/// <summary>Plans, starts, stops and continues deployments. The work itself is done in the background by whoever claims it.</summary>
public sealed class DeploymentService(IAccess access, IDeploymentStore store, IHostStore hosts, IPackageStore packages, IClusterStore clusters, TimeProvider time)
{
    /// <summary>Newest first; of one cluster, or of all.</summary>
    /// <exception cref="AccessDeniedException">The asker may not.</exception>
    public async Task<IReadOnlyList<Deployment>> ListAsync(Guid? clusterId, int take, CancellationToken cancellationToken)
    {
        await access.RequireAsync(Role.Viewer, cancellationToken);
        return await store.ListAsync(clusterId, take, cancellationToken);
    }

    /// <summary>One deployment, or null.</summary>
    /// <exception cref="AccessDeniedException">The asker may not.</exception>
    public async Task<Deployment?> FindAsync(Guid id, CancellationToken cancellationToken)
    {
        await access.RequireAsync(Role.Viewer, cancellationToken);
        return await store.FindAsync(id, cancellationToken);
    }

    /// <summary>Its plan.</summary>
    /// <exception cref="KeyNotFoundException">There is no such deployment.</exception>
    /// <exception cref="AccessDeniedException">The asker may not.</exception>
    public async Task<Plan> ReadPlanAsync(Guid id, CancellationToken cancellationToken)
    {
        await access.RequireAsync(Role.Viewer, cancellationToken);
        return await store.ReadPlanAsync(id, cancellationToken);
    }

    /// <summary>All attempts of a deployment, oldest first.</summary>
    /// <exception cref="AccessDeniedException">The asker may not.</exception>
    public async Task<IReadOnlyList<Attempt>> ListAttemptsAsync(Guid id, CancellationToken cancellationToken)
    {
        await access.RequireAsync(Role.Viewer, cancellationToken);
        return await store.ListAttemptsAsync(id, cancellationToken);
    }

    /// <summary>What was asked of a deployment and still holds, oldest first.</summary>
    /// <exception cref="AccessDeniedException">The asker may not.</exception>
    public async Task<IReadOnlyList<DeploymentRequest>> ListRequestsAsync(Guid id, CancellationToken cancellationToken)
    {
        await access.RequireAsync(Role.Viewer, cancellationToken);
        return await store.ListRequestsAsync(id, cancellationToken);
    }

    /// <summary>Lines of its log, in order.</summary>
    /// <exception cref="InvalidInputException">A part of the question is wrong.</exception>
    /// <exception cref="AccessDeniedException">The asker may not.</exception>
    public async Task<IReadOnlyList<LogLine>> ReadLogAsync(Guid id, LogQuery query, CancellationToken cancellationToken)
    {
        await access.RequireAsync(Role.Viewer, cancellationToken);
        InvalidInputException.ThrowIfAny(query.Check());
        return await store.ReadLogAsync(id, query, cancellationToken);
    }

    /// <summary>Computes the plan of a new cluster without storing or touching anything.</summary>
    /// <exception cref="InvalidInputException">A field is wrong.</exception>
    public async Task<PlanPreview> PreviewAsync(ClusterRequest request, CancellationToken cancellationToken)
    {
        await access.RequireAsync(Role.Operator, cancellationToken);
        var package = request.PackageId is { } id ? await packages.FindAsync(id, cancellationToken) : null;
        var taken = (await clusters.ListAsync(cancellationToken)).Select(c => c.Name);
        var spec = ClusterSpecBuilder.Build(request, await hosts.ListAsync(cancellationToken), package, taken);
        return new PlanPreview(CreateClusterPlan.Build(new PlanInput(request.ClusterId, spec, package))) { Warnings = MasterCount.Advice(spec.ControlPlane.Count()) is { } advice ? [advice] : [] };
    }

    /// <summary>Stores the cluster and its deployment; work begins within a second or two.</summary>
    /// <param name="request">The same wish the plan was shown for.</param>
    /// <param name="planHash">Hash of the plan that was shown.</param>
    /// <param name="cancellationToken">Until it is stored.</param>
    /// <exception cref="InvalidInputException">A field is wrong.</exception>
    /// <exception cref="ConflictException">The plan would be another one now, the name is taken, or a host belongs to another cluster.</exception>
    public async Task<Deployment> StartAsync(ClusterRequest request, string planHash, CancellationToken cancellationToken)
    {
        var actor = await access.RequireAsync(Role.Operator, cancellationToken);
        var preview = await PreviewAsync(request, cancellationToken);
        if (preview.Hash != planHash)
        {
            throw new ConflictException("Something changed since this plan was shown (a host's facts, its address or the package). Look at the new plan and confirm again.");
        }

        var now = time.GetUtcNow();
        var cluster = new Cluster { Id = request.ClusterId, Name = preview.Plan.Spec.Name, Spec = preview.Plan.Spec, Status = ClusterStatus.Creating, CreatedAt = now };
        var deployment = Deployment.Queued(cluster, DeploymentKind.CreateCluster, actor.Name, now);
        await store.CreateClusterAsync(cluster, deployment, preview.Plan, actor.Did("cluster.create", $"cluster {cluster.Name}", null, $"{preview.Plan.Title}, plan {preview.Hash}"), cancellationToken);
        return deployment;
    }

    /// <summary>Continues a stopped deployment, or tries what failed again while the rest still runs; what succeeded and lasts is not run again.</summary>
    /// <param name="id">The deployment.</param>
    /// <param name="hostId">Only this host, or null for all that failed.</param>
    /// <param name="cancellationToken">Until it is stored.</param>
    /// <exception cref="ConflictException">It cannot be continued now, or nothing has failed there.</exception>
    public async Task RetryAsync(Guid id, Guid? hostId, CancellationToken cancellationToken)
    {
        var actor = await access.RequireAsync(Role.Operator, cancellationToken);
        var failed = Attempt.Last(await store.ListAttemptsAsync(id, cancellationToken))
            .Where(a => a.Status == StepStatus.Failed && (hostId is null || a.HostId == hostId)).ToList();
        if (failed.Count == 0 && hostId is not null)
        {
            throw new ConflictException("Nothing has failed on this host: there is nothing to try again.");
        }

        var now = time.GetUtcNow();
        await AskAsync(actor, "deployment.retry", id, hostId, [.. failed.Select(a => DeploymentRequest.Retry(a, actor.Name, now))], cancellationToken);
    }

    /// <summary>Goes on without a worker or a host that leaves the cluster: a dead one never blocks the rest. It is listed as left out.</summary>
    /// <exception cref="ConflictException">It is to be a master, or the deployment cannot be continued now.</exception>
    public async Task SkipAsync(Guid id, Guid hostId, CancellationToken cancellationToken)
    {
        var actor = await access.RequireAsync(Role.Operator, cancellationToken);
        var plan = await store.ReadPlanAsync(id, cancellationToken);
        var member = plan.Members().FirstOrDefault(m => m.HostId == hostId)
            ?? throw new ConflictException("This host is not in the deployment's plan.");
        var last = Attempt.Last(await store.ListAttemptsAsync(id, cancellationToken)).Where(a => a.HostId == hostId).ToDictionary(a => a.Stage);
        if (!plan.MayBeLeftOut(member, s => last.GetValueOrDefault(s.Key)?.Status == StepStatus.Succeeded))
        {
            throw new ConflictException(plan.IsLeaving(member)
                ? $"{member.HostName} is a master whose etcd member is not removed yet: without that etcd would count it for ever. Retry, or cancel."
                : $"{member.HostName} is a master: only workers can be left out.");
        }

        await AskAsync(actor, "deployment.skip", id, hostId, [new DeploymentRequest { DeploymentId = id, Kind = RequestKind.Skip, HostId = hostId, By = actor.Name, At = time.GetUtcNow() }], cancellationToken);
    }

    /// <summary>
    /// Takes a host over that another panel or cluster has marked as its own, and tries again. What is taken from whom stands in the
    /// deployment's log.
    /// </summary>
    /// <exception cref="ConflictException">It was not refused for that reason, or the deployment cannot be continued now.</exception>
    public async Task TakeOverAsync(Guid id, Guid hostId, CancellationToken cancellationToken)
    {
        var actor = await access.RequireAsync(Role.Administrator, cancellationToken);
        var last = (await store.ListAttemptsAsync(id, cancellationToken)).Where(a => a.HostId == hostId).LastOrDefault();
        if (last is not { Status: StepStatus.Failed, Failure.Kind: FailureKind.Foreign })
        {
            throw new ConflictException("This host was not refused because it belongs to another panel.");
        }

        var now = time.GetUtcNow();
        await AskAsync(
            actor,
            "deployment.take-over",
            id,
            hostId,
            [new DeploymentRequest { DeploymentId = id, Kind = RequestKind.TakeOver, HostId = hostId, By = actor.Name, At = now }, DeploymentRequest.Retry(last, actor.Name, now)],
            cancellationToken);
    }

    /// <summary>Asks for a stop: no new work begins, commands that run on hosts are let end.</summary>
    /// <exception cref="AccessDeniedException">The asker may not.</exception>
    public Task CancelAsync(Guid id, CancellationToken cancellationToken) => AskAsync(id, RequestKind.Cancel, "deployment.cancel", cancellationToken);

    /// <summary>Asks to stop what runs on hosts as well. A half-done command is undone by the next Resume.</summary>
    /// <exception cref="AccessDeniedException">The asker may not.</exception>
    public Task StopAsync(Guid id, CancellationToken cancellationToken) => AskAsync(id, RequestKind.Stop, "deployment.stop", cancellationToken);

    private async Task AskAsync(Guid id, RequestKind kind, string action, CancellationToken cancellationToken)
    {
        var actor = await access.RequireAsync(Role.Operator, cancellationToken);
        var request = new DeploymentRequest { DeploymentId = id, Kind = kind, By = actor.Name, At = time.GetUtcNow() };
        await store.TryRequestAsync(id, [request], await EntryAsync(actor, action, id, null, cancellationToken), cancellationToken);
    }

    // A deployment that runs is told; one that is stopped is put back into the queue with the wish.
    private async Task AskAsync(Actor actor, string action, Guid id, Guid? hostId, IReadOnlyList<DeploymentRequest> requests, CancellationToken cancellationToken)
    {
        var entry = await EntryAsync(actor, action, id, hostId, cancellationToken);
        if (requests.Count == 0 || !await store.TryRequestAsync(id, requests, entry, cancellationToken))
        {
            await store.RequeueAsync(id, requests, entry, cancellationToken);
        }
    }

    private async Task<AuditEntry> EntryAsync(Actor actor, string action, Guid id, Guid? hostId, CancellationToken cancellationToken)
    {
        var deployment = await store.FindAsync(id, cancellationToken);
        var host = hostId is { } h ? await hosts.FindAsync(h, cancellationToken) : null;
        return actor.Did(action, $"{deployment?.Kind} of cluster {deployment?.ClusterName}{(host is null ? "" : $", host {host.Name}")}", null, id.ToString());
    }
}
