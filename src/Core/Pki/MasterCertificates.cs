using System.Globalization;
using ClusterPanel.Core.Clusters;

namespace ClusterPanel.Core.Pki;

/// <summary>
/// What stands in the certificates and kubeconfigs of a master. kubeadm keeps files that are there, signed by the right CA, and
/// valid for every name it wants; the lists here are supersets of its own.
/// </summary>
/// <remarks>
/// Sources: https://kubernetes.io/docs/setup/best-practices/certificates/ and kubeadm's certs and kubeconfig phases. The group
/// <c>kubeadm:cluster-admins</c> and <c>super-admin.conf</c> are of 1.29.
/// </remarks>
public static class MasterCertificates
{
    /// <summary>File of the cluster's own CA, without the ending.</summary>
    public const string ClusterAuthority = "ca";

    private const string FrontProxyCa = "front-proxy-ca", EtcdCa = "etcd/ca";
    private const string Masters = "system:masters";

    /// <summary>The CAs by their files without the ending, with their names.</summary>
    public static IReadOnlyList<(string Name, string CommonName)> Authorities { get; } = [(ClusterAuthority, "kubernetes"), (FrontProxyCa, "front-proxy-ca"), (EtcdCa, "etcd-ca")];

    /// <summary>The certificates signed by them.</summary>
    /// <param name="spec">The cluster.</param>
    /// <param name="master">The master they are for.</param>
    /// <param name="sans">Further names and addresses of the API server, which the running cluster has in <c>certSANs</c>.</param>
    public static IReadOnlyList<LeafCertificate> Leaves(ClusterSpec spec, ClusterMember master, IEnumerable<string> sans)
    {
        IReadOnlyList<string> etcd = ["localhost", master.NodeName, "127.0.0.1", "::1", master.Address];
        var etcdGroup = spec.Version.IsAtLeast(1, 29) ? null : Masters;
        return
        [
            new("apiserver", ClusterAuthority, new("kube-apiserver", null, CertificateUsage.Server, ApiServerNames(spec, master, sans))),
            new("apiserver-kubelet-client", ClusterAuthority, new("kube-apiserver-kubelet-client", Admins(spec), CertificateUsage.Client, [])),
            new("front-proxy-client", FrontProxyCa, new("front-proxy-client", null, CertificateUsage.Client, [])),
            new("etcd/server", EtcdCa, new(master.NodeName, null, CertificateUsage.Server | CertificateUsage.Client, etcd)),
            new("etcd/peer", EtcdCa, new(master.NodeName, null, CertificateUsage.Server | CertificateUsage.Client, etcd)),
            new("etcd/healthcheck-client", EtcdCa, new("kube-etcd-healthcheck-client", etcdGroup, CertificateUsage.Client, [])),
            new("apiserver-etcd-client", EtcdCa, new("kube-apiserver-etcd-client", etcdGroup, CertificateUsage.Client, [])),
        ];
    }

    /// <summary>The kubeconfigs that every master has.</summary>
    /// <param name="spec">The cluster.</param>
    /// <param name="master">The master they are for.</param>
    public static IReadOnlyList<KubeconfigProfile> Kubeconfigs(ClusterSpec spec, ClusterMember master)
    {
        // kubeadm points both at the master's own API server (since 1.19), so that they work while others are away.
        var own = string.Create(CultureInfo.InvariantCulture, $"https://{master.Address}:{spec.ApiServerPort}");
        return
        [
            new("admin.conf", "kubernetes-admin", Admins(spec), Endpoint(spec)),
            new("controller-manager.conf", "system:kube-controller-manager", null, own),
            new("scheduler.conf", "system:kube-scheduler", null, own),
        ];
    }

    /// <summary>Those that only the first master has when kubeadm init begins; further masters are given theirs by kubeadm join.</summary>
    /// <param name="spec">The cluster.</param>
    /// <param name="master">The first master.</param>
    public static IReadOnlyList<KubeconfigProfile> KubeconfigsOfFirst(ClusterSpec spec, ClusterMember master) =>
    [
        .. Kubeconfigs(spec, master),
        new("kubelet.conf", $"system:node:{master.NodeName}", "system:nodes", Endpoint(spec)),
        .. spec.Version.IsAtLeast(1, 29) ? new[] { new KubeconfigProfile("super-admin.conf", "kubernetes-super-admin", Masters, Endpoint(spec)) } : [],
    ];

    /// <summary>
    /// The certificate kubelet serves its own API with. Kubelet keeps one that is there; without it, it signs one itself that is
    /// valid for a year and never renewed.
    /// </summary>
    /// <param name="member">Any node.</param>
    public static CertificateProfile Kubelet(ClusterMember member) =>
        new($"system:node:{member.NodeName}", "system:nodes", CertificateUsage.Server, [member.NodeName, member.Address]);

    /// <summary>The names kubeadm is told for the API server's certificate, besides its own.</summary>
    /// <remarks>The operator reaches any master by its address; workers reach the VIP; the panel comes through a forward to loopback.</remarks>
    public static IEnumerable<string> Sans(ClusterSpec spec) =>
        new[] { spec.ApiServerName, "127.0.0.1", spec.VirtualIp }.Concat(spec.ControlPlane.Select(m => m.Address)).Concat(spec.ExtraSans).Distinct(StringComparer.Ordinal);

    private static IReadOnlyList<string> ApiServerNames(ClusterSpec spec, ClusterMember master, IEnumerable<string> sans) =>
    [
        .. new[]
        {
            master.NodeName, "kubernetes", "kubernetes.default", "kubernetes.default.svc", $"kubernetes.default.svc.{spec.DnsDomain}", "localhost",
            Subnet.Parse(spec.ServiceSubnet).AddressAt(1), master.Address,
        }.Concat(Sans(spec)).Concat(sans).Distinct(StringComparer.Ordinal),
    ];

    private static string Endpoint(ClusterSpec spec) => $"https://{spec.ControlPlaneEndpoint}";

    private static string Admins(ClusterSpec spec) => spec.Version.IsAtLeast(1, 29) ? "kubeadm:cluster-admins" : Masters;
}
