namespace ClusterPanel.Core.Clusters;

/// <summary>A wish for a new cluster, as the wizard and the API collect it; a mutable form model. A spec is made of it before anything is planned.</summary>
public sealed class ClusterRequest
{
    /// <summary>Identity the cluster will have; fixed here so that the plan shown and the plan run are one.</summary>
    public Guid ClusterId { get; init; } = Guid.NewGuid();

    /// <summary>Name of the new cluster.</summary>
    public string Name { get; set; } = "";

    /// <summary>The package to install from.</summary>
    public Guid? PackageId { get; set; }

    /// <summary>Hosts that become masters, in joining order.</summary>
    public List<Guid> MasterHostIds { get; set; } = [];

    /// <summary>Hosts that become workers.</summary>
    public List<Guid> WorkerHostIds { get; set; } = [];

    /// <summary>Pods' addresses, CIDR.</summary>
    public string PodSubnet { get; set; } = "100.64.0.0/10";

    /// <summary>Services' addresses, CIDR. Smaller than kubeadm's own default, so that the VIP's default lies outside.</summary>
    public string ServiceSubnet { get; set; } = "10.96.0.0/16";

    /// <summary>Cluster DNS domain.</summary>
    public string DnsDomain { get; set; } = "cluster.local";

    /// <summary>Name of the API server.</summary>
    public string ApiServerName { get; set; } = "apiserver.cluster.local";

    /// <summary>The VIP on workers.</summary>
    public string VirtualIp { get; set; } = "10.103.97.2";

    /// <summary>Path of the CNI manifest in the package; null takes the only one there is.</summary>
    public string? CniManifest { get; set; }

    /// <summary>What serves the VIP; null lets each worker's kernel and tools decide.</summary>
    public LoadBalancerKind? LoadBalancer { get; set; }

    /// <summary>How many years certificates are valid for.</summary>
    public int CertificateYears { get; set; } = Pki.Validity.DefaultYears;

    /// <summary>Further names and addresses for the API server's certificate.</summary>
    public List<string> ExtraSans { get; set; } = [];

    /// <summary>Names as people write them into one field: one per line, or with blanks or commas between them.</summary>
    public static IReadOnlyList<string> SplitSans(string? text) =>
        [.. (text ?? "").Split([' ', ',', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];
}
