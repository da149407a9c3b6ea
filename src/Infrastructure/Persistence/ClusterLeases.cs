using ClusterPanel.Core.Deployments;
using Microsoft.EntityFrameworkCore;

namespace ClusterPanel.Infrastructure.Persistence;

/// <summary>Who may change which cluster. Claiming is one conditional update; everything else asks whether the lease is still the newest.</summary>
internal sealed class ClusterLeases(IDbContextFactory<AppDbContext> factory, TimeProvider time)
{
    private static readonly long Duration = UtcMicroseconds.Of(Lease.Duration);

    public async Task<Lease?> ClaimAsync(string owner, CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        if (!await AnyToClaimAsync(db, cancellationToken))
        {
            return null;
        }

        // When the answer to the commit is lost, the lease is ours and nobody knows: it runs out and is claimed again.
        return await factory.InTransactionAsync(transaction => TakeAsync(transaction, owner, cancellationToken), cancellationToken);
    }

    public async Task<bool> RenewAsync(Lease lease, CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        return await db.Database.ExecuteSqlRawAsync(
            db.Dialect.Renew, [Duration, lease.ClusterId, lease.DeploymentId, lease.Owner, lease.Token], cancellationToken) == 1;
    }

    public async Task ReleaseAsync(Lease lease, CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        await EndAsync(db, lease, cancellationToken);
    }

    /// <summary>Frees the lease when it is still this one. The row stays, and with it the token that the next one must exceed.</summary>
    public static Task EndAsync(AppDbContext db, Lease lease, CancellationToken cancellationToken) => db.ClusterLeases
        .Where(r => r.ClusterId == lease.ClusterId && r.DeploymentId == lease.DeploymentId && r.Owner == lease.Owner && r.Token == lease.Token)
        .ExecuteUpdateAsync(r => r.SetProperty(x => x.Owner, (string?)null).SetProperty(x => x.DeploymentId, (Guid?)null), cancellationToken);

    // Every idle process asks once a second or so; the look spares SQLite its one write lock. It decides nothing.
    private static Task<bool> AnyToClaimAsync(AppDbContext db, CancellationToken cancellationToken) =>
        db.Deployments.WhereUnfinished().AnyAsync(cancellationToken);

    private async Task<Lease?> TakeAsync(AppDbContext db, string owner, CancellationToken cancellationToken)
    {
        var rows = await db.ClusterLeases.FromSqlRaw(db.Dialect.Claim, owner, Duration).AsNoTracking().ToListAsync(cancellationToken);
        if (rows is not [{ DeploymentId: { } deploymentId } row])
        {
            return null;
        }

        // Nothing is changed when the deployment was finished between the statement's look and its lock.
        DateTimeOffset? now = time.GetUtcNow();
        var running = await db.Deployments.WhereUnfinished().Where(d => d.Id == deploymentId)
            .ExecuteUpdateAsync(d => d.SetProperty(x => x.Status, DeploymentStatus.Running).SetProperty(x => x.StartedAt, x => x.StartedAt ?? now), cancellationToken);
        var lease = new Lease(row.ClusterId, deploymentId, owner, row.Token);
        if (running == 0)
        {
            await EndAsync(db, lease, cancellationToken);
            return null;
        }

        return lease;
    }
}
