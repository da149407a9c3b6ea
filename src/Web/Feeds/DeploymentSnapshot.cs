using ClusterPanel.Core.Deployments;

namespace ClusterPanel.Web.Feeds;

/// <summary>A deployment as it stands.</summary>
/// <param name="Deployment">The deployment.</param>
/// <param name="Plan">What it runs; never changes.</param>
/// <param name="Attempts">All attempts, oldest first.</param>
/// <param name="CancelRequestedBy">Who asked for a stop, or null.</param>
public sealed record DeploymentSnapshot(Deployment Deployment, Plan Plan, IReadOnlyList<Attempt> Attempts, string? CancelRequestedBy);
