namespace ClusterPanel.Core.Deployments;

/// <summary>Undo everything on every host of the cluster, which is gone afterwards.</summary>
/// <param name="ClusterId">The cluster.</param>
/// <param name="LeaveOut">Hosts that do not answer: they are listed as not cleaned, and can be cleaned when they are back.</param>
public sealed record ResetCluster(Guid ClusterId, IReadOnlyCollection<Guid> LeaveOut) : ClusterChange(ClusterId);
