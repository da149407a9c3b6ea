using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Packages;

namespace ClusterPanel.Core.Deployments;

/// <summary>Everything a plan is computed from.</summary>
/// <param name="clusterId">The cluster.</param>
/// <param name="spec">What the cluster is to be.</param>
/// <param name="package">The package to install from; null for plans that install nothing.</param>
public sealed class PlanInput(Guid clusterId, ClusterSpec spec, OfflinePackage? package)
{
    /// <summary>The cluster.</summary>
    public Guid ClusterId => clusterId;

    /// <summary>What the cluster is to be when the plan has been run.</summary>
    public ClusterSpec Spec => spec;

    /// <summary>The package to install from.</summary>
    /// <exception cref="InvalidOperationException">The plan is one that installs nothing.</exception>
    public OfflinePackage Package => package ?? throw new InvalidOperationException("This plan has no package.");
}
