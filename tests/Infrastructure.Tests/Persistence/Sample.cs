using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Deployments;
using ClusterPanel.Core.Hosts;
using ClusterPanel.Core.Packages;

namespace ClusterPanel.Infrastructure.Tests.Persistence;

/// <summary>Things to store, each with names of its own.</summary>
internal static class Sample
{
    public static readonly DateTimeOffset Noon = new DateTimeOffset(2026, 5, 4, 12, 0, 0, TimeSpan.Zero).AddMicroseconds(123_456);

    private static int _number;

    public static Credential Credential(string? name = null) =>
        new() { Name = name ?? $"credential-{Next()}", User = "root", Kind = CredentialKind.Password, ChangedAt = Noon };

    public static Host Host(Guid credentialId, string? name = null)
    {
        var number = Next();
        return new Host { Name = name ?? $"host-{number}", Address = $"10.{number / 65536 % 256}.{number / 256 % 256}.{number % 256}", CredentialId = credentialId };
    }

    public static HostFacts Facts() => new()
    {
        HostName = "node-1",
        OperatingSystem = "Debian GNU/Linux 12 (bookworm)",
        Kernel = "6.1.0",
        Architecture = "amd64",
        Cpus = 4,
        FreeMiB = new Dictionary<string, long> { ["/var/lib/etcd"] = 12345 },
        Addresses = ["eth0 10.0.0.1/24", "eth1 fd00::1/64"],
        ClockOffsetSeconds = -0.25,
        Commands = ["nft", "tar"],
        ListeningPorts = [6443],
        HasNftables = true,
    };

    public static OfflinePackage Package(int minor = 20, DateTimeOffset? registeredAt = null)
    {
        var number = Next();
        return new OfflinePackage
        {
            FileName = $"kube-{number}.tar.gz",
            Path = $"/srv/kube-{number}.tar.gz",
            Size = 1,
            Sha256 = $"{number:x64}",
            RegisteredAt = registeredAt ?? Noon,
            Manifest = new PackageManifest
            {
                Version = new KubernetesVersion(1, minor, 2),
                Architecture = "amd64",
                CniManifests = ["conf/net/cni.yaml"],
                Binaries = ["kubeadm", "kubelet"],
                Images = ["k8s.gcr.io/pause:3.2"],
                Files = new Dictionary<string, long> { ["bin/kubeadm"] = 39_000_000 },
            },
        };
    }

    public static Cluster Cluster(OfflinePackage package, IReadOnlyList<Host> hosts, string? name = null)
    {
        var spec = new ClusterSpec
        {
            Name = name ?? $"cluster-{Next()}",
            PackageId = package.Id,
            Version = package.Manifest.Version,
            CniManifest = "conf/net/cni.yaml",
            ExtraSans = ["k8s.example.org"],
            Members = [.. hosts.Select((h, i) => new ClusterMember(h.Id, h.Name, h.Name, h.Address, i == 0 ? NodeRole.ControlPlane : NodeRole.Worker, i == 0 ? null : LoadBalancerKind.Nftables))],
        };
        return new Cluster { Name = spec.Name, Spec = spec, CreatedAt = Noon };
    }

    public static Deployment Deployment(Cluster cluster, DateTimeOffset? createdAt = null) => new()
    {
        ClusterId = cluster.Id,
        ClusterName = cluster.Name,
        Kind = DeploymentKind.CreateCluster,
        CreatedBy = "admin",
        CreatedAt = createdAt ?? Noon,
    };

    public static Plan Plan(Cluster cluster) => new($"Create {cluster.Name}",
    [
        new Stage("hosts-file", "hosts-file", "Write the hosts file", 50,
        [
            .. cluster.Spec.Members.Select(m => new StageHost(m, [new PlannedCommand("write", CommandKind.Change, "Write /etc/hosts", "echo \"名前 'x' $1\"\n")])),
        ]),
    ],
    cluster.Spec);

    public static Attempt Attempt(Guid deploymentId, string stage = "hosts-file", int number = 1) =>
        new() { DeploymentId = deploymentId, Stage = stage, HostId = Guid.NewGuid(), Number = number, StartedAt = Noon.AddSeconds(number) };

    public static NewLogLine Line(string text, string host = "host", string stage = "hosts-file") => new(Noon, stage, host, LineSource.Output, text);

    private static int Next() => Interlocked.Increment(ref _number);
}
