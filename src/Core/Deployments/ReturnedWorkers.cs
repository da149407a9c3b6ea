using ClusterPanel.Core.Access;
using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Plans;

namespace ClusterPanel.Core.Deployments;

/// <summary>
/// A change of the masters leaves out the load balancers of workers that are away. Where one answers again and does not list the
/// masters there are, a deployment of the panel's own sets its list. One for every cluster that is watched.
/// </summary>
public sealed class ReturnedWorkers
{
    // Those whose list was right when they last answered, or was to be set since: a list that changed later is the operator's affair.
    private readonly HashSet<Guid> _known = [];

    /// <summary>Takes a look into account.</summary>
    /// <returns>The deployment that was stored, or null when there is nothing to do now.</returns>
    public async Task<Deployment?> LookAsync(Cluster cluster, ClusterHealth health, IDeploymentStore store, TimeProvider time, CancellationToken cancellationToken)
    {
        _known.ExceptWith(health.Silent.Select(s => s.Host.HostId));
        _known.UnionWith(health.Balancers.Where(b => b.IsRight(cluster.Spec)).Select(b => b.Worker.HostId));
        List<ClusterMember> back = [.. health.Balancers.Where(b => b.Masters.Count > 0 && !_known.Contains(b.Worker.HostId)).Select(b => b.Worker)];
        if (back.Count == 0 || cluster.Status != ClusterStatus.Ready)
        {
            return null;
        }

        // A change that was stopped is still to be continued, which nothing could be after a later deployment; it sets the lists itself.
        if ((await store.ListAsync(cluster.Id, 1, cancellationToken)) is [{ CanRetry: true }])
        {
            return null;
        }

        var plan = RepairNodesPlan.BuildForLists(new PlanInput(cluster.Id, cluster.Spec, null), back);
        var deployment = Deployment.Queued(cluster, DeploymentKind.RepairNodes, Actor.Panel.Name, time.GetUtcNow());
        try
        {
            await store.ChangeClusterAsync(deployment, plan, cluster, Actor.Panel.Did("nodes.repair", $"cluster {cluster.Name}", null, $"{plan.Title}, plan {plan.Hash()}"), cancellationToken);
        }
        catch (ConflictException)
        {
            // Another deployment comes first; the next look sees whether it has set the list.
            return null;
        }

        // Once: what it cannot do is left to the operator.
        _known.UnionWith(back.Select(w => w.HostId));
        return deployment;
    }
}
