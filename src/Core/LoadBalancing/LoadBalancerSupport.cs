using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Hosts;

namespace ClusterPanel.Core.LoadBalancing;

/// <summary>What can serve the VIP on a host: the kernel must have it, and the command that sets it up must be there.</summary>
public static class LoadBalancerSupport
{
    /// <summary>True when the host has kernel and command for that kind.</summary>
    public static bool CanServe(this HostFacts facts, LoadBalancerKind kind) => kind == LoadBalancerKind.Ipvs
        ? facts.HasIpvs && facts.Commands.Contains("ipvsadm")
        : facts.HasNftables && facts.Commands.Contains("nft");
}
