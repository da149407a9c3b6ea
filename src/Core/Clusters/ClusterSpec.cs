namespace ClusterPanel.Core.Clusters;

/// <summary>What was asked for: everything the plan of a cluster's creation is computed from.</summary>
public sealed record ClusterSpec
{
    /// <summary>Name of the cluster in the panel, unique; a DNS label (RFC 1123).</summary>
    public required string Name { get; init; }

    /// <summary>The offline package to install from.</summary>
    public required Guid PackageId { get; init; }

    /// <summary>The package's Kubernetes version.</summary>
    public required KubernetesVersion Version { get; init; }

    /// <summary>True when the package is a stand-in for Kubernetes; every page of such a cluster says so.</summary>
    public bool StandIn { get; init; }

    /// <summary>Masters in joining order, then workers.</summary>
    public required IReadOnlyList<ClusterMember> Members { get; init; }

    /// <summary>Hosts that are no longer members and still hold what the panel put there, because they did not answer when they were to be cleaned.</summary>
    public IReadOnlyList<ClusterMember> NotCleaned { get; init; } = [];

    /// <summary>True for a member, and for a host that left and was not cleaned: it belongs to no other cluster meanwhile.</summary>
    /// <param name="hostId">The host.</param>
    public bool Holds(Guid hostId) => Members.Any(m => m.HostId == hostId) || IsNotCleaned(hostId);

    /// <summary>True for a host that left and was not cleaned.</summary>
    /// <param name="hostId">The host.</param>
    public bool IsNotCleaned(Guid hostId) => NotCleaned.Any(m => m.HostId == hostId);

    /// <summary>Name every node reaches the API server by.</summary>
    public string ApiServerName { get; init; } = "apiserver.cluster.local";

    /// <summary>Address that name has on workers; served in the worker's kernel, never announced on the network.</summary>
    public string VirtualIp { get; init; } = "10.103.97.2";

    /// <summary>TCP port of the API server on masters and on the VIP.</summary>
    public int ApiServerPort { get; init; } = 6443;

    /// <summary>Pods' addresses.</summary>
    public string PodSubnet { get; init; } = "100.64.0.0/10";

    /// <summary>Services' addresses.</summary>
    public string ServiceSubnet { get; init; } = "10.96.0.0/16";

    /// <summary>Cluster DNS domain.</summary>
    public string DnsDomain { get; init; } = "cluster.local";

    /// <summary>Further names and addresses for the API server's certificate.</summary>
    public IReadOnlyList<string> ExtraSans { get; init; } = [];

    /// <summary>How many years certificates are valid for.</summary>
    public int CertificateYears { get; init; } = Pki.Validity.DefaultYears;

    /// <summary>Who makes cgroups, on every node.</summary>
    public CgroupDriver CgroupDriver { get; init; } = CgroupDriver.Systemd;

    /// <summary>What the operator wants to serve the VIP on every worker; null lets each worker's kernel and tools decide.</summary>
    public LoadBalancerKind? LoadBalancer { get; init; }

    /// <summary>Path of the CNI manifest inside the package (for example <c>conf/net/cni.yaml</c>).</summary>
    public required string CniManifest { get; init; }

    /// <summary>The masters, in joining order.</summary>
    public IEnumerable<ClusterMember> ControlPlane => Members.Where(m => m.Role == NodeRole.ControlPlane);

    /// <summary>The workers.</summary>
    public IEnumerable<ClusterMember> Workers => Members.Where(m => m.Role == NodeRole.Worker);

    /// <summary>
    /// Another member with a member's node name, or null. While a master is replaced by a machine that calls itself like it, both are
    /// members, and the Node of that name is one machine's only.
    /// </summary>
    public ClusterMember? TwinOf(ClusterMember member) => Members.FirstOrDefault(m => m.NodeName == member.NodeName && m.HostId != member.HostId);

    /// <summary><c>controlPlaneEndpoint</c> as kubeadm knows it.</summary>
    public string ControlPlaneEndpoint => $"{ApiServerName}:{ApiServerPort}";
}
