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

    /// <summary>Continues a stopped deployment; what succeeded is not run again.</summary>
    /// <exception cref="ConflictException">It cannot be continued now.</exception>
    public Task RetryAsync(Guid id, CancellationToken cancellationToken) => store.RequeueAsync(id, cancellationToken);

    /// <summary>Asks for a stop: no new work begins, commands that run on hosts are let end.</summary>
    public Task CancelAsync(Guid id, string user, CancellationToken cancellationToken) => store.RequestCancelAsync(id, user, cancellationToken);
}
