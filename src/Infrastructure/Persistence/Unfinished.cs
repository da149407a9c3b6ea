using ClusterPanel.Core.Deployments;

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
}
