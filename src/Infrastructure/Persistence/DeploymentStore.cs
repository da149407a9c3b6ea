using ClusterPanel.Core;
using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Deployments;
using ClusterPanel.Infrastructure.Persistence.Configurations;
using ClusterPanel.Infrastructure.Persistence.Rows;
using Microsoft.EntityFrameworkCore;

namespace ClusterPanel.Infrastructure.Persistence;

/// <summary>The journal. Leases and log lines have files of their own; this one holds deployments and attempts.</summary>
internal sealed class DeploymentStore(IDbContextFactory<AppDbContext> factory, ClusterLeases leases, LogLineStore log, TimeProvider time) : IDeploymentStore
{
    public async Task CreateClusterAsync(Cluster cluster, Deployment deployment, Plan plan, CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        db.Clusters.Add(cluster).Property(ClusterConfiguration.NeededPackageId).CurrentValue = cluster.Spec.PackageId;
        db.ClusterLeases.Add(new ClusterLeaseRow { ClusterId = cluster.Id, ExpiresAt = DateTimeOffset.UnixEpoch });
        db.ClusterHosts.AddRange(cluster.Spec.Members.Select(m => new ClusterHostRow { HostId = m.HostId, ClusterId = cluster.Id }));
        db.Deployments.Add(deployment);
        db.Plans.Add(new PlanRow { DeploymentId = deployment.Id, Json = plan.ToJson() });
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

    public async Task RequeueAsync(Guid id, CancellationToken cancellationToken)
    {
        var clusterId = (await FindAsync(id, cancellationToken))?.ClusterId ?? throw new ConflictException("This deployment is no longer there.");
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await db.LockClusterAsync(clusterId, cancellationToken);
        var deployment = await db.Deployments.SingleOrDefaultAsync(d => d.Id == id, cancellationToken)
            ?? throw new ConflictException("This deployment is no longer there.");
        if (!deployment.CanRetry)
        {
            throw new ConflictException(deployment.IsFinished
                ? $"This deployment of cluster {deployment.ClusterName} has succeeded: there is nothing to continue."
                : $"This deployment of cluster {deployment.ClusterName} is not stopped: it runs, or waits to run.");
        }

        deployment.Status = DeploymentStatus.Queued;
        deployment.Reason = null;
        deployment.EndedAt = null;
        db.Entry(deployment).Property(DeploymentConfiguration.CancelRequestedBy).CurrentValue = null;
        try
        {
            await db.SaveChangesAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }
        catch (DbUpdateException e) when (e.IsTaken())
        {
            throw new ConflictException($"Another deployment of cluster {deployment.ClusterName} is not finished: wait for it, or cancel it.", e);
        }
    }

    public async Task RequestCancelAsync(Guid id, string by, CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);

        // Only while it is unfinished: a late click must not cancel the next Resume. The first one to ask is the one named.
        await db.Deployments.Where(d => d.Id == id && (d.Status == DeploymentStatus.Queued || d.Status == DeploymentStatus.Running))
            .ExecuteUpdateAsync(
                d => d.SetProperty(
                    x => EF.Property<string?>(x, DeploymentConfiguration.CancelRequestedBy),
                    x => EF.Property<string?>(x, DeploymentConfiguration.CancelRequestedBy) ?? by),
                cancellationToken);
    }

    public async Task<string?> ReadCancelRequestAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        return await db.Deployments.Where(d => d.Id == id).Select(d => EF.Property<string?>(d, DeploymentConfiguration.CancelRequestedBy)).SingleOrDefaultAsync(cancellationToken);
    }

    public Task<Lease?> ClaimAsync(string owner, CancellationToken cancellationToken) => leases.ClaimAsync(owner, cancellationToken);

    public Task<bool> RenewAsync(Lease lease, CancellationToken cancellationToken) => leases.RenewAsync(lease, cancellationToken);

    public Task ReleaseAsync(Lease lease, CancellationToken cancellationToken) => leases.ReleaseAsync(lease, cancellationToken);

    public Task FinishAsync(Lease lease, DeploymentStatus status, string? reason, CancellationToken cancellationToken)
    {
        if (status is DeploymentStatus.Queued or DeploymentStatus.Running)
        {
            throw new ArgumentOutOfRangeException(nameof(status), status, "Not an outcome.");
        }

        DateTimeOffset? now = time.GetUtcNow();
        return WriteAsync(
            lease,
            async db =>
            {
                await db.Deployments.Where(d => d.Id == lease.DeploymentId).ExecuteUpdateAsync(
                    d => d.SetProperty(x => x.Status, status).SetProperty(x => x.Reason, reason).SetProperty(x => x.EndedAt, now), cancellationToken);
                await ClusterLeases.EndAsync(db, lease, cancellationToken);
            },
            cancellationToken);
    }

    public Task AddAttemptAsync(Lease lease, Attempt attempt, CancellationToken cancellationToken) => WriteAsync(
        lease,
        db =>
        {
            db.Attempts.Add(attempt);
            return db.SaveChangesAsync(cancellationToken);
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

    public Task AppendLogAsync(Lease lease, IReadOnlyList<NewLogLine> lines, IReadOnlyList<StreamOffsets> offsets, CancellationToken cancellationToken) =>
        WriteAsync(lease, db => LogLineStore.AppendAsync(db, lease.DeploymentId, lines, offsets, cancellationToken), cancellationToken);

    public Task<StreamOffsets> ReadOffsetsAsync(Guid deploymentId, string unit, CancellationToken cancellationToken) =>
        log.ReadOffsetsAsync(deploymentId, unit, cancellationToken);

    public Task<IReadOnlyList<LogLine>> ReadLogAsync(Guid deploymentId, LogQuery query, CancellationToken cancellationToken) =>
        log.ReadAsync(deploymentId, query, cancellationToken);

    private async Task WriteAsync(Lease lease, Func<AppDbContext, Task> write, CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await db.LockAsync(lease, cancellationToken);
        await write(db);

        // Not cancelable: the caller must know whether it was written, or it would write it twice.
        await transaction.CommitAsync(CancellationToken.None);
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
