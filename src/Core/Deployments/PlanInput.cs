using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Packages;

namespace ClusterPanel.Core.Deployments;

/// <summary>Everything a plan is computed from.</summary>
/// <param name="ClusterId">The cluster.</param>
/// <param name="Spec">What was asked for.</param>
/// <param name="Package">The package to install from.</param>
public sealed record PlanInput(Guid ClusterId, ClusterSpec Spec, OfflinePackage Package);
