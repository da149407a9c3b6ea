namespace ClusterPanel.Core.Clusters;

/// <summary>How a running cluster is configured, as its own <c>kubeadm-config</c> tells: what counts, whatever the panel remembers.</summary>
/// <param name="Version">The control plane's version.</param>
/// <param name="ControlPlaneEndpoint">Name and port of the API.</param>
/// <param name="PodSubnet">Pods' addresses, CIDR.</param>
/// <param name="ServiceSubnet">Services' addresses, CIDR.</param>
/// <param name="DnsDomain">Cluster DNS domain.</param>
public sealed record RunningConfiguration(KubernetesVersion Version, string ControlPlaneEndpoint, string PodSubnet, string ServiceSubnet, string DnsDomain);
