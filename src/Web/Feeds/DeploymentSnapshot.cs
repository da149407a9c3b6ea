using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Deployments;

namespace ClusterPanel.Web.Feeds;

/// <summary>A deployment as it stands.</summary>
/// <param name="Deployment">The deployment.</param>
/// <param name="Plan">What it runs; never changes.</param>
/// <param name="Attempts">All attempts, oldest first.</param>
/// <param name="Requests">What operators have asked of it.</param>
public sealed record DeploymentSnapshot(Deployment Deployment, Plan Plan, IReadOnlyList<Attempt> Attempts, IReadOnlyList<DeploymentRequest> Requests)
{
    /// <summary>The first of a kind, or null. Who canceled a deployment that has ended is in its reason.</summary>
    public DeploymentRequest? Request(RequestKind kind) => Deployment.IsFinished ? null : Requests.FirstOrDefault(r => r.Kind == kind);

    /// <summary>Workers that operators have left out.</summary>
    public IReadOnlyList<ClusterMember> LeftOut => [.. Plan.Members().Where(m => Requests.Any(r => r.Kind == RequestKind.Skip && r.HostId == m.HostId))];
}
