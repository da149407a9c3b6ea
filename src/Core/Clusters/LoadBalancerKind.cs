namespace ClusterPanel.Core.Clusters;

/// <summary>What serves the VIP in a worker's kernel.</summary>
public enum LoadBalancerKind
{
    /// <summary>IPVS: round robin, NAT.</summary>
    Ipvs,

    /// <summary>nftables: destination NAT in the output hook, for kernels or hosts without IPVS.</summary>
    Nftables,
}
