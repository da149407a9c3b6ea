using System.Globalization;
using ClusterPanel.Core.Access;
using ClusterPanel.Core.Auditing;
using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Hosts;
using ClusterPanel.Core.Packages;

namespace ClusterPanel.Web.Tests.Fakes;

/// <summary>Things as an operator has them.</summary>
public static class Samples
{
    /// <summary>For what the test itself puts into stores.</summary>
    public static AuditEntry Seeded => Actor.Panel.Did("test.seed", "the test");

    public static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    public static OfflinePackage Package(bool standIn = false) => new()
    {
        FileName = standIn ? "kube1.20.2-stand-in.tar.gz" : "kube1.20.2-amd64.tar.gz",
        Path = standIn ? "/srv/packages/kube1.20.2-stand-in.tar.gz" : "/srv/packages/kube1.20.2-amd64.tar.gz",
        Size = 262_481_920,
        Sha256 = "9b74c9897bac770ffc029102a200c5de3a54bba5b6e3d6f2f27c1a6c3a6a2c11",
        RegisteredAt = Noon,
        Manifest = new PackageManifest
        {
            Version = KubernetesVersion.Parse("v1.20.2"),
            Architecture = "amd64",
            CniName = "calico",
            StandIn = standIn,
            CniManifests = ["conf/net/calico.yaml"],
            Binaries = ["conntrack", "containerd", "crictl", "kubeadm", "kubectl", "kubelet", "runc"],
            Images =
            [
                "k8s.gcr.io/coredns:1.7.0", "k8s.gcr.io/etcd:3.4.13-0", "k8s.gcr.io/kube-apiserver:v1.20.2", "k8s.gcr.io/kube-controller-manager:v1.20.2",
                "k8s.gcr.io/kube-proxy:v1.20.2", "k8s.gcr.io/kube-scheduler:v1.20.2", "k8s.gcr.io/pause:3.2", "calico/node:v3.8.2",
            ],
            Files = new Dictionary<string, long>
            {
                ["bin/kubeadm"] = 39_219_200,
                ["bin/kubectl"] = 40_230_912,
                ["bin/kubelet"] = 113_974_120,
                ["bin/containerd"] = 52_000_000,
                ["bin/crictl"] = 28_000_000,
                ["bin/conntrack"] = 500_000,
                ["bin/runc"] = 9_000_000,
                ["conf/net/calico.yaml"] = 21_003,
                ["images/images.tar"] = 601_295_360,
            },
        },
    };

    /// <summary>A host whose key is approved and whose facts were read.</summary>
    public static Host Usable(string name, string address, Guid credential) => new()
    {
        Name = name,
        Address = address,
        CredentialId = credential,
        TrustedKey = FakeSessions.KeyOf(address),
        SeenKey = FakeSessions.KeyOf(address),
        FactsAt = Noon,
        Facts = new HostFacts
        {
            HostName = name,
            OperatingSystem = "Debian GNU/Linux 12 (bookworm)",
            Kernel = "6.1.0-28-amd64",
            Architecture = "amd64",
            Cpus = 4,
            MemoryMiB = 7937,
            FreeMiB = new Dictionary<string, long> { ["/var/lib/containerd"] = 81920, ["/var/lib/etcd"] = 81920, ["/var/lib/kubelet"] = 81920 },
            MachineId = address.Replace(".", "", StringComparison.Ordinal),
            CgroupVersion = 2,
            SystemdVersion = 252,
            Addresses = [string.Create(CultureInfo.InvariantCulture, $"eth0 {address}/24")],
            DefaultInterface = "eth0",
            HasNftables = true,
            Commands = ["conntrack", "ip", "nft", "socat", "systemctl", "tar"],
        },
    };
}
