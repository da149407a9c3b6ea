namespace ClusterPanel.Core.Deployments;

/// <summary>Bring nodes back to what the cluster needs of them: kernel settings, hosts file, container runtime, kubelet, load balancer, registration.</summary>
/// <param name="ClusterId">The cluster.</param>
/// <param name="HostIds">Which nodes.</param>
public sealed record RepairNodes(Guid ClusterId, IReadOnlyCollection<Guid> HostIds) : ClusterChange(ClusterId);
