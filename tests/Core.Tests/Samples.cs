using System.Globalization;
using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Deployments;
using ClusterPanel.Core.Hosts;
using ClusterPanel.Core.Packages;
using ClusterPanel.Core.Pki;
using ClusterPanel.Core.Plans;

namespace ClusterPanel.Core.Tests;

/// <summary>A cluster of three masters and two workers, h1 to h5 at 10.0.0.11 to 10.0.0.15, with fixed identities.</summary>
internal static class Samples
{
    public const string OldVersion = "v1.20.2";
    public const string NewVersion = "v1.31.0";

    public static readonly Guid PanelId = new("aaaaaaaa-0000-4000-8000-000000000001");
    public static readonly Guid ClusterId = new("bbbbbbbb-0000-4000-8000-000000000002");
    public static readonly Guid DeploymentId = new("cccccccc-0000-4000-8000-000000000003");
    public static readonly Guid PackageId = new("dddddddd-0000-4000-8000-000000000004");
    public static readonly Guid CredentialId = new("eeeeeeee-0000-4000-8000-000000000005");
    public static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public static readonly Fence Fence = new(PanelId, ClusterId, 7, "panel-1:42:abcd");

    /// <summary>What a cluster may be that cannot be changed, and what its operator is told.</summary>
    public static TheoryData<ClusterStatus, string> NotReady { get; } = new()
    {
        { ClusterStatus.Creating, "The creation of cluster blue is not finished: resume it first, or clean up." },
        { ClusterStatus.Resetting, "The reset of cluster blue is not finished: resume it first." },
        { ClusterStatus.Removed, "Cluster blue was reset: it has no nodes any more." },
    };

    public static Guid HostId(int number) => new($"00000000-0000-4000-8000-{number.ToString("D12", CultureInfo.InvariantCulture)}");

    public static ClusterMember Member(int number, NodeRole role, LoadBalancerKind? balancer = null) =>
        new(HostId(number), $"h{number}", $"h{number}", $"10.0.0.{10 + number}", role, balancer);

    /// <summary>Masters first, then workers, the first of them with nftables and every further one with IPVS.</summary>
    public static ClusterSpec Spec(string version = OldVersion, int masters = 3, int workers = 2) => new()
    {
        Name = "blue",
        PackageId = PackageId,
        Version = KubernetesVersion.Parse(version),
        CniManifest = "conf/net/cni.yaml",
        Members =
        [
            .. Enumerable.Range(1, masters).Select(i => Member(i, NodeRole.ControlPlane)),
            .. Enumerable.Range(1, workers).Select(i => Member(masters + i, NodeRole.Worker, i == 1 ? LoadBalancerKind.Nftables : LoadBalancerKind.Ipvs)),
        ],
    };

    public static OfflinePackage Package(string version = OldVersion, params string[] brought)
    {
        var repository = KubernetesVersion.Parse(version).IsAtLeast(1, 25) ? "registry.k8s.io" : "k8s.gcr.io";
        return new()
        {
            Id = PackageId,
            FileName = $"kube{version[1..]}-amd64.tar.gz",
            Path = $"/srv/packages/kube{version[1..]}-amd64.tar.gz",
            Size = 250L * 1048576,
            Sha256 = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
            Manifest = new PackageManifest
            {
                Version = KubernetesVersion.Parse(version),
                Architecture = "amd64",
                CniManifests = ["conf/net/cni.yaml"],
                Binaries = ["crictl", "kubeadm", "kubectl", "kubelet", .. brought],
                Images = [$"{repository}/kube-apiserver:{version}", $"{repository}/etcd:3.5.0-0", $"{repository}/pause:3.2", $"{repository}/pause:3.10"],
                Files = new Dictionary<string, long> { ["bin/kubeadm"] = 100L * 1048576, ["images/images.tar"] = 600L * 1048576 },
            },
        };
    }

    public static PlanInput Input(string version = OldVersion, int masters = 3, int workers = 2) => new(ClusterId, Spec(version, masters, workers), Package(version));

    /// <summary>That cluster, made.</summary>
    public static Cluster Cluster(string version = OldVersion, int masters = 3, int workers = 2) =>
        new() { Id = ClusterId, Name = "blue", Spec = Spec(version, masters, workers), Status = ClusterStatus.Ready, CreatedAt = Now };

    /// <summary>A stage for every step there is: of its creation, its reset, and of the removal of its last master and its first worker.</summary>
    public static IEnumerable<Stage> Stages(string version = OldVersion, int masters = 3)
    {
        var spec = Spec(version, masters);
        List<ClusterMember> leaving = [spec.Members[masters - 1], spec.Members[masters]];
        return CreateClusterPlan.Build(Input(version, masters)).Stages
            .Concat(ResetClusterPlan.Build(Cluster(version, masters), []).Stages)
            .Concat(RepairNodesPlan.Build(new PlanInput(ClusterId, spec, null), spec.Members).Stages)
            .Concat(RemoveNodesPlan.Build(new PlanInput(ClusterId, spec with { Members = [.. spec.Members.Except(leaving)] }, null), leaving, new DrainOptions()).Stages)
            .Concat(RenewCertificatesPlan.Build(new PlanInput(ClusterId, spec, null), RenewableCertificate.Names, spec.Members).Stages)
            .Concat(RenewCertificatesPlan.BuildForNames(new PlanInput(ClusterId, spec with { ExtraSans = ["k8s.example.org", "2001:db8::5"] }, null), ["old.example.org"]).Stages)
            .DistinctBy(s => s.Step);
    }

    /// <summary>Facts of a host that passes every check.</summary>
    public static HostFacts Facts(int number) => new()
    {
        HostName = $"h{number}",
        OperatingSystem = "Debian GNU/Linux 12 (bookworm)",
        Kernel = "6.1.0-18-amd64",
        Architecture = "amd64",
        Cpus = 4,
        MemoryMiB = 8192,
        FreeMiB = new Dictionary<string, long> { ["/var/lib/clusterpanel"] = 50_000, ["/var/lib/containerd"] = 50_000, ["/usr/bin"] = 50_000 },
        MachineId = $"machine-{number}",
        BootId = $"boot-{number}",
        CgroupVersion = 2,
        SystemdVersion = 252,
        Addresses = [$"eth0 10.0.0.{10 + number}/24"],
        DefaultInterface = "eth0",
        Commands = [.. HostFactsScript.LookedFor.Except(["containerd", "docker", "dockerd", "kubeadm", "kubelet", "ipvsadm"])],
        HasNftables = true,
    };

    /// <summary>A host of the inventory: approved and probed.</summary>
    public static Host Host(int number)
    {
        var key = new HostKey("ssh-ed25519", $"SHA256:key-of-h{number}");
        return new Host
        {
            Id = HostId(number),
            Name = $"h{number}",
            Address = $"10.0.0.{10 + number}",
            CredentialId = CredentialId,
            TrustedKey = key,
            SeenKey = key,
            Facts = Facts(number),
            FactsAt = Now,
        };
    }
}
