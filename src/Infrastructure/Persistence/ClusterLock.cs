using ClusterPanel.Core.Deployments;
using ClusterPanel.Infrastructure.Persistence.Rows;
using Microsoft.EntityFrameworkCore;

namespace ClusterPanel.Infrastructure.Persistence;

/// <summary>Keeps changes of one cluster apart: until the transaction ends, nobody else claims, finishes, requeues or deletes.</summary>
internal static class ClusterLock
{
    /// <summary>Waits for the lock. The lease is null when there is no such cluster.</summary>
    public static async Task<ClusterLeaseRow?> LockClusterAsync(this AppDbContext db, Guid clusterId, CancellationToken cancellationToken)
    {
        // ToListAsync, because any other operator would wrap the statement in one of EF's own.
        var rows = await db.ClusterLeases.FromSqlRaw(db.Dialect.LockLease, clusterId).AsNoTracking().ToListAsync(cancellationToken);
        return rows.SingleOrDefault();
    }

    /// <summary>Waits for the lock and checks that the cluster's newest lease is this one. Whether it has run out does not matter as long as nobody took over.</summary>
    /// <exception cref="LeaseLostException">It is not.</exception>
    public static async Task LockAsync(this AppDbContext db, Lease lease, CancellationToken cancellationToken)
    {
        var row = await db.LockClusterAsync(lease.ClusterId, cancellationToken);
        if (row is null || row.Token != lease.Token || row.Owner != lease.Owner || row.DeploymentId != lease.DeploymentId)
        {
            throw new LeaseLostException(lease);
        }
    }
}
