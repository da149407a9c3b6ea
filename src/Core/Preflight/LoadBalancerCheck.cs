using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.LoadBalancing;

namespace ClusterPanel.Core.Preflight;

/// <summary>A worker's kernel and tools can serve the VIP.</summary>
internal sealed class LoadBalancerCheck : IPreflightCheck
{
    public string Title => "Load balancer";

    public CheckResult Judge(PreflightSubject subject)
    {
        if (subject.Role == NodeRole.ControlPlane)
        {
            return new(Verdict.Ok, "not needed");
        }

        var ipvs = subject.Facts.CanServe(LoadBalancerKind.Ipvs, subject.Package);
        var nftables = subject.Facts.CanServe(LoadBalancerKind.Nftables, subject.Package);
        return (subject.Request.LoadBalancer, ipvs, nftables) switch
        {
            (null, true, _) or (LoadBalancerKind.Ipvs, true, _) => new(Verdict.Ok, "IPVS"),
            (null, false, true) or (LoadBalancerKind.Nftables, _, true) => new(Verdict.Ok, "nftables"),
            (LoadBalancerKind.Ipvs, false, _) => new(Verdict.Failed, "no IPVS", "IPVS needs the kernel module ip_vs and the package ipvsadm. Install it, or choose nftables."),
            _ => new(Verdict.Failed, "none", "Install the package nftables (kernel with nf_tables NAT) or ipvsadm (kernel with ip_vs)."),
        };
    }
}
