namespace ClusterPanel.Core.Deployments;

/// <summary>Take masters and workers out of a cluster.</summary>
/// <param name="ClusterId">The cluster.</param>
/// <param name="MasterHostIds">Masters that leave, in this order.</param>
/// <param name="WorkerHostIds">Workers that leave.</param>
/// <param name="PoweredOff">Those of them that do not answer and are known to be switched off: they are not cleaned.</param>
/// <param name="Drain">How their pods are moved away.</param>
public sealed record RemoveNodes(
    Guid ClusterId, IReadOnlyList<Guid> MasterHostIds, IReadOnlyList<Guid> WorkerHostIds, IReadOnlyCollection<Guid> PoweredOff, DrainOptions Drain) : ClusterChange(ClusterId);
