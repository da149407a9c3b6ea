namespace ClusterPanel.Core.Deployments;

/// <summary>Add masters and workers to a cluster.</summary>
/// <param name="ClusterId">The cluster.</param>
/// <param name="MasterHostIds">Hosts that become masters, in joining order.</param>
/// <param name="WorkerHostIds">Hosts that become workers.</param>
public sealed record AddNodes(Guid ClusterId, IReadOnlyList<Guid> MasterHostIds, IReadOnlyList<Guid> WorkerHostIds) : ClusterChange(ClusterId);
