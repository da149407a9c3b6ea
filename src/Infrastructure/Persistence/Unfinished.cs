using ClusterPanel.Core;
using ClusterPanel.Core.Deployments;
using Microsoft.EntityFrameworkCore;

namespace ClusterPanel.Infrastructure.Persistence;

/// <summary>What <see cref="Deployment.IsFinished"/> says, in a form that databases understand.</summary>
internal static class Unfinished
{
    /// <summary>Those that run or wait to run.</summary>
    public static IQueryable<Deployment> WhereUnfinished(this IQueryable<Deployment> deployments) =>
        deployments.Where(d => d.Status == DeploymentStatus.Queued || d.Status == DeploymentStatus.Running);

    /// <summary>Those that have ended.</summary>
    public static IQueryable<Deployment> WhereFinished(this IQueryable<Deployment> deployments) =>
        deployments.Where(d => d.Status != DeploymentStatus.Queued && d.Status != DeploymentStatus.Running);

    /// <summary>Refuses while a deployment of the cluster is not finished. Under the cluster's lock it stays so until the transaction ends.</summary>
    /// <exception cref="ConflictException">One is; the message says which and whose.</exception>
    public static async Task ThrowIfUnfinishedAsync(this AppDbContext db, Guid clusterId, CancellationToken cancellationToken)
    {
        if (await db.Deployments.AsNoTracking().WhereUnfinished().FirstOrDefaultAsync(d => d.ClusterId == clusterId, cancellationToken) is { } unfinished)
        {
            throw new ConflictException(unfinished.InTheWay);
        }
    }
}
