namespace ClusterPanel.Core.Clusters;

/// <summary>A host as a member of one cluster, as it was planned.</summary>
/// <param name="HostId">The host in the inventory.</param>
/// <param name="HostName">Its inventory name.</param>
/// <param name="NodeName">Its Kubernetes node name: the machine's host name in lower case, as kubeadm wants it.</param>
/// <param name="Address">The IP address other nodes reach it at.</param>
/// <param name="Role">What it is.</param>
/// <param name="LoadBalancer">On workers: what serves the VIP; null on masters.</param>
/// <param name="LoadBalancerReason">Why that and not the other.</param>
public sealed record ClusterMember(Guid HostId, string HostName, string NodeName, string Address, NodeRole Role, LoadBalancerKind? LoadBalancer = null, string LoadBalancerReason = "");
