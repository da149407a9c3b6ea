namespace ClusterPanel.Core.Deployments;

/// <summary>Clean hosts that left the cluster without being cleaned.</summary>
/// <param name="ClusterId">The cluster.</param>
/// <param name="HostIds">Which of them.</param>
public sealed record CleanHosts(Guid ClusterId, IReadOnlyCollection<Guid> HostIds) : ClusterChange(ClusterId);
