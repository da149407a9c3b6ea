using ClusterPanel.Core;
using ClusterPanel.Core.Auditing;
using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Deployments;
using ClusterPanel.Infrastructure.Persistence.Configurations;
using ClusterPanel.Infrastructure.Persistence.Rows;
using Microsoft.EntityFrameworkCore;

namespace ClusterPanel.Infrastructure.Persistence;

/// <summary>The journal. Leases and log lines have files of their own; this one holds deployments and attempts.</summary>
internal sealed class DeploymentStore(IDbContextFactory<AppDbContext> factory, ClusterLeases leases, LogLineStore log, TimeProvider time) : IDeploymentStore
{
    public async Task CreateClusterAsync(Cluster cluster, Deployment deployment, Plan plan, AuditEntry entry, CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        db.Clusters.Add(cluster).Property(ClusterConfiguration.NeededPackageId).CurrentValue = cluster.Spec.PackageId;
        db.ClusterLeases.Add(new ClusterLeaseRow { ClusterId = cluster.Id, ExpiresAt = DateTimeOffset.UnixEpoch });
        db.ClusterHosts.AddRange(cluster.Spec.Members.Select(m => new ClusterHostRow { HostId = m.HostId, ClusterId = cluster.Id }));
        db.Deployments.Add(deployment);
        db.Plans.Add(new PlanRow { DeploymentId = deployment.Id, Json = plan.ToJson() });
        db.Note(entry, time);
        try
        {
            await db.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException e) when (e.IsTaken())
        {
            db.ChangeTracker.Clear();
            throw new ConflictException(await WhatIsTakenAsync(db, cluster, cancellationToken), e);
        }
        catch (DbUpdateException e) when (e.IsReferenced())
        {
            throw new ConflictException("The package or a host of this plan was removed meanwhile: look at the new plan and confirm again.", e);
        }
    }

    public Task ChangeClusterAsync(Deployment deployment, Plan plan, Cluster seen, AuditEntry entry, CancellationToken cancellationToken) => factory.InTransactionAsync(
        async db =>
        {
            await db.LockClusterAsync(seen.Id, cancellationToken);
            await db.ThrowIfUnfinishedAsync(seen.Id, cancellationToken);
            var cluster = await db.Clusters.SingleOrDefaultAsync(c => c.Id == seen.Id, cancellationToken);
            if (cluster is null || cluster.Version != seen.Version)
            {
                throw new ConflictException($"Cluster {seen.Name} has changed since this plan was shown. Look at the new plan and confirm again.");
            }

            if (deployment.Kind == DeploymentKind.ResetCluster)
            {
                cluster.Status = ClusterStatus.Resetting;
            }

            var added = plan.Spec.Members.Where(m => cluster.Spec.Members.All(o => o.HostId != m.HostId)).ToList();
            if (added.Count > 0)
            {
                db.ClusterHosts.AddRange(added.Select(m => new ClusterHostRow { HostId = m.HostId, ClusterId = cluster.Id }));
                // Nobody has left before the end: a host that only waits to be cleaned may be wiped by anybody at any time.
                cluster.Spec = plan.Spec with { Members = [.. plan.Spec.Members, .. cluster.Spec.Members.Where(plan.IsLeaving)], NotCleaned = cluster.Spec.NotCleaned };
            }

            cluster.Version++;
            db.Deployments.Add(deployment);
            db.Plans.Add(new PlanRow { DeploymentId = deployment.Id, Json = plan.ToJson() });
            db.Note(entry, time);
            try
            {
                await db.SaveChangesAsync(cancellationToken);
            }
            catch (DbUpdateException e) when (e.IsTaken())
            {
                throw new ConflictException("A host of the plan belongs to another cluster by now. Look at the new plan and confirm again.", e);
            }
        },
        cancellationToken);

    public async Task<IReadOnlyList<Deployment>> ListAsync(Guid? clusterId, int take, CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        return await db.Deployments.AsNoTracking().Where(d => clusterId == null || d.ClusterId == clusterId)
            .OrderByDescending(d => d.CreatedAt).ThenBy(d => d.Id).Take(take).ToListAsync(cancellationToken);
    }

    public async Task<Deployment?> FindAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        return await db.Deployments.AsNoTracking().SingleOrDefaultAsync(d => d.Id == id, cancellationToken);
    }

    public async Task<Plan> ReadPlanAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        var json = await db.Plans.Where(p => p.DeploymentId == id).Select(p => p.Json).SingleOrDefaultAsync(cancellationToken);
        return json is null ? throw new KeyNotFoundException($"There is no deployment {id}.") : Plan.FromJson(json);
    }

    public async Task<IReadOnlyList<Attempt>> ListAttemptsAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        return await db.Attempts.AsNoTracking().Where(a => a.DeploymentId == id)
            .OrderBy(a => a.StartedAt).ThenBy(a => a.Number).ThenBy(a => a.Id).ToListAsync(cancellationToken);
    }

    public async Task RequeueAsync(Guid id, IReadOnlyList<DeploymentRequest> requests, AuditEntry entry, CancellationToken cancellationToken)
    {
        var clusterId = (await FindAsync(id, cancellationToken))?.ClusterId ?? throw new ConflictException("This deployment is no longer there.");
        await factory.InTransactionAsync(
            async db =>
            {
                await db.LockClusterAsync(clusterId, cancellationToken);
                await RequeueAsync(db, id, cancellationToken);
                await db.DeploymentRequests.Where(r => r.DeploymentId == id && (r.Kind == RequestKind.Cancel || r.Kind == RequestKind.Stop)).ExecuteDeleteAsync(cancellationToken);
                db.Note(entry, time);
                await AddAsync(db, requests, cancellationToken);
            },
            cancellationToken);
    }

    // The lock keeps the deployment from being finished between the look and the row: a late click must not concern the next Resume.
    public async Task<bool> TryRequestAsync(Guid id, IReadOnlyList<DeploymentRequest> requests, AuditEntry entry, CancellationToken cancellationToken)
    {
        if (await FindAsync(id, cancellationToken) is not { IsFinished: false } deployment)
        {
            return false;
        }

        return await factory.InTransactionAsync(
            async db =>
            {
                await db.LockClusterAsync(deployment.ClusterId, cancellationToken);
                var unfinished = await db.Deployments.WhereUnfinished().AnyAsync(d => d.Id == deployment.Id, cancellationToken);
                if (unfinished)
                {
                    db.Note(entry, time);
                    await AddAsync(db, requests, cancellationToken);
                }

                return unfinished;
            },
            cancellationToken);
    }

    public async Task<IReadOnlyList<DeploymentRequest>> ListRequestsAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        return await db.DeploymentRequests.AsNoTracking().Where(r => r.DeploymentId == id).OrderBy(r => r.Id).ToListAsync(cancellationToken);
    }

    public Task<Lease?> ClaimAsync(string owner, CancellationToken cancellationToken) => leases.ClaimAsync(owner, cancellationToken);

    public Task<bool> RenewAsync(Lease lease, CancellationToken cancellationToken) => leases.RenewAsync(lease, cancellationToken);

    public Task ReleaseAsync(Lease lease, CancellationToken cancellationToken) => leases.ReleaseAsync(lease, cancellationToken);

    public Task FinishAsync(Lease lease, DeploymentStatus status, string? reason, CancellationToken cancellationToken)
    {
        if (status is not (DeploymentStatus.Failed or DeploymentStatus.Canceled or DeploymentStatus.Interrupted))
        {
            throw new ArgumentOutOfRangeException(nameof(status), status, "Not an outcome other than success.");
        }

        return WriteAsync(lease, db => EndAsync(db, lease, status, reason, cancellationToken), cancellationToken);
    }

    public Task SucceedAsync(Lease lease, ClusterSpec spec, string? reason, CancellationToken cancellationToken) => WriteAsync(
        lease,
        async db =>
        {
            var cluster = await db.Clusters.SingleAsync(c => c.Id == lease.ClusterId, cancellationToken);
            cluster.Spec = spec;
            cluster.Status = spec.Members.Count > 0 ? ClusterStatus.Ready : ClusterStatus.Removed;
            cluster.ReadyAt ??= time.GetUtcNow();
            cluster.Version++;
            db.Entry(cluster).Property<Guid?>(ClusterConfiguration.NeededPackageId).CurrentValue = null;
            await db.SaveChangesAsync(cancellationToken);
            var held = spec.Members.Concat(spec.NotCleaned).Select(m => m.HostId).ToList();
            await db.ClusterHosts.Where(r => r.ClusterId == lease.ClusterId && !held.Contains(r.HostId)).ExecuteDeleteAsync(cancellationToken);
            if (cluster.Status == ClusterStatus.Removed)
            {
                await db.ClusterSecrets.Where(r => r.ClusterId == lease.ClusterId).ExecuteDeleteAsync(cancellationToken);
            }

            await EndAsync(db, lease, DeploymentStatus.Succeeded, reason, cancellationToken);
        },
        cancellationToken);

    public Task AddAttemptAsync(Lease lease, Attempt attempt, CancellationToken cancellationToken) => WriteAsync(
        lease,
        async db =>
        {
            if (!await db.Attempts.AnyAsync(a => a.Id == attempt.Id, cancellationToken))
            {
                db.Attempts.Add(attempt);
                await db.SaveChangesAsync(cancellationToken);
            }
        },
        cancellationToken);

    public Task UpdateAttemptAsync(Lease lease, Attempt attempt, CancellationToken cancellationToken) => WriteAsync(
        lease,
        db =>
        {
            db.Attempts.Update(attempt);
            return db.SaveChangesAsync(cancellationToken);
        },
        cancellationToken);

    public Task AppendLogAsync(Lease lease, long first, IReadOnlyList<NewLogLine> lines, IReadOnlyList<StreamOffsets> offsets, CancellationToken cancellationToken) =>
        WriteAsync(lease, db => LogLineStore.AppendAsync(db, lease.DeploymentId, first, lines, offsets, cancellationToken), cancellationToken);

    public Task<long> ReadLastSequenceAsync(Guid deploymentId, CancellationToken cancellationToken) => log.ReadLastSequenceAsync(deploymentId, cancellationToken);

    public Task<StreamOffsets> ReadOffsetsAsync(Guid deploymentId, string unit, CancellationToken cancellationToken) =>
        log.ReadOffsetsAsync(deploymentId, unit, cancellationToken);

    public Task<IReadOnlyList<LogLine>> ReadLogAsync(Guid deploymentId, LogQuery query, CancellationToken cancellationToken) =>
        log.ReadAsync(deploymentId, query, cancellationToken);

    private Task WriteAsync(Lease lease, Func<AppDbContext, Task> write, CancellationToken cancellationToken) => factory.InTransactionAsync(
        async db =>
        {
            await db.LockAsync(lease, cancellationToken);
            await write(db);
        },
        cancellationToken);

    private async Task EndAsync(AppDbContext db, Lease lease, DeploymentStatus status, string? reason, CancellationToken cancellationToken)
    {
        DateTimeOffset? now = time.GetUtcNow();
        await db.Deployments.Where(d => d.Id == lease.DeploymentId).ExecuteUpdateAsync(
            d => d.SetProperty(x => x.Status, status).SetProperty(x => x.Reason, reason).SetProperty(x => x.EndedAt, now), cancellationToken);
        await ClusterLeases.EndAsync(db, lease, cancellationToken);
    }

    // As copies, because a context keeps what it was given, and the work may be done twice.
    private static Task<int> AddAsync(AppDbContext db, IReadOnlyList<DeploymentRequest> requests, CancellationToken cancellationToken)
    {
        db.DeploymentRequests.AddRange(requests.Select(r => new DeploymentRequest
        {
            DeploymentId = r.DeploymentId,
            Kind = r.Kind,
            HostId = r.HostId,
            Stage = r.Stage,
            Attempt = r.Attempt,
            By = r.By,
            At = r.At,
        }));
        return db.SaveChangesAsync(cancellationToken);
    }

    private static async Task RequeueAsync(AppDbContext db, Guid id, CancellationToken cancellationToken)
    {
        var deployment = await db.Deployments.SingleOrDefaultAsync(d => d.Id == id, cancellationToken)
            ?? throw new ConflictException("This deployment is no longer there.");
        if (!deployment.CanRetry)
        {
            throw new ConflictException(deployment.IsFinished
                ? $"This deployment of cluster {deployment.ClusterName} has succeeded: there is nothing to continue."
                : $"This deployment of cluster {deployment.ClusterName} is not stopped: it runs, or waits to run.");
        }

        // What it would continue is no longer what there is.
        if (await db.Deployments.AnyAsync(d => d.ClusterId == deployment.ClusterId && d.CreatedAt > deployment.CreatedAt, cancellationToken))
        {
            throw new ConflictException($"A later deployment has changed cluster {deployment.ClusterName}: this one can no longer be continued.");
        }

        deployment.Status = DeploymentStatus.Queued;
        deployment.Reason = null;
        deployment.EndedAt = null;
        try
        {
            await db.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException e) when (e.IsTaken())
        {
            throw new ConflictException($"Another deployment of cluster {deployment.ClusterName} is not finished: wait for it, or cancel it.", e);
        }
    }

    private static async Task<string> WhatIsTakenAsync(AppDbContext db, Cluster cluster, CancellationToken cancellationToken)
    {
        if (await db.Clusters.AnyAsync(c => c.Id == cluster.Id, cancellationToken))
        {
            return $"Cluster {cluster.Name} is being made already: this plan was confirmed before.";
        }

        if (await db.Clusters.AnyAsync(c => c.Name == cluster.Name, cancellationToken))
        {
            return $"There is a cluster named {cluster.Name} already.";
        }

        var wanted = cluster.Spec.Members.Select(m => m.HostId).ToList();
        var taken = await db.ClusterHosts.Where(r => wanted.Contains(r.HostId))
            .Join(db.Clusters, r => r.ClusterId, c => c.Id, (r, c) => new { r.HostId, c.Name }).FirstOrDefaultAsync(cancellationToken);
        return taken is null
            ? "A host of this plan was in another cluster until a moment ago: try again."
            : $"Host {cluster.Spec.Members.First(m => m.HostId == taken.HostId).HostName} belongs to cluster {taken.Name} already.";
    }
}
