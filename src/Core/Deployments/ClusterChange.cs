namespace ClusterPanel.Core.Deployments;

/// <summary>A wish to change a cluster that exists. A plan is made of it, shown, and run.</summary>
/// <param name="ClusterId">The cluster.</param>
public abstract record ClusterChange(Guid ClusterId);
