using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Hosts;
using ClusterPanel.Core.Packages;

namespace ClusterPanel.Core.LoadBalancing;

/// <summary>What can serve the VIP on a host: the kernel must have it, and the command that sets it up must be there or come with the package.</summary>
public static class LoadBalancerSupport
{
    /// <summary>True when the host has kernel and command for that kind. Whether the kernel has nftables only nft itself can tell, so it must be there before.</summary>
    public static bool CanServe(this HostFacts facts, LoadBalancerKind kind, OfflinePackage? package) => kind == LoadBalancerKind.Ipvs
        ? facts.HasIpvs && (facts.Commands.Contains("ipvsadm") || package?.Manifest.Binaries.Contains("ipvsadm") == true)
        : facts.HasNftables && facts.Commands.Contains("nft");
}
