namespace ClusterPanel.Core.Deployments;

/// <summary>Put a new host in the place of a master that is dead or dying.</summary>
/// <param name="ClusterId">The cluster.</param>
/// <param name="HostId">The master that goes.</param>
/// <param name="NewHostId">The host that comes: another one, or the same entry of the inventory when the machine was installed anew.</param>
/// <param name="PoweredOff">True when the old one does not answer and is known to be switched off: it is not cleaned.</param>
/// <param name="Drain">How its pods are moved away when it answers.</param>
public sealed record ReplaceMaster(Guid ClusterId, Guid HostId, Guid NewHostId, bool PoweredOff, DrainOptions Drain) : ClusterChange(ClusterId);
