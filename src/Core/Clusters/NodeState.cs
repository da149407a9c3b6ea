namespace ClusterPanel.Core.Clusters;

/// <summary>A node as the cluster's own API tells of it.</summary>
/// <param name="Name">Node name.</param>
/// <param name="Role">From its labels.</param>
/// <param name="Ready">The Ready condition: true, false, or null when unknown.</param>
/// <param name="Version">The kubelet's version.</param>
/// <param name="Address">Its InternalIP.</param>
/// <param name="Since">When the Ready condition last changed.</param>
/// <param name="Schedulable">False when cordoned.</param>
public sealed record NodeState(string Name, NodeRole Role, bool? Ready, string Version, string Address, DateTimeOffset? Since, bool Schedulable);
