using ClusterPanel.Core.Clusters;

namespace ClusterPanel.Core.Packages;

/// <summary>What a package in Sealos 3's layout holds, as read from the archive.</summary>
public sealed record PackageManifest
{
    /// <summary>Kubernetes version, from <c>kube/Metadata</c>.</summary>
    public required KubernetesVersion Version { get; init; }

    /// <summary>Architecture in Go's words, from <c>kube/Metadata</c>.</summary>
    public required string Architecture { get; init; }

    /// <summary>Name of the pod network, from <c>kube/Metadata</c>; may be empty.</summary>
    public string CniName { get; init; } = "";

    /// <summary>True when the package holds a stand-in, not Kubernetes.</summary>
    public bool StandIn { get; init; }

    /// <summary>CNI manifests inside the package, relative to its root: <c>conf/net/cni.yaml</c>.</summary>
    public required IReadOnlyList<string> CniManifests { get; init; }

    /// <summary>Files under <c>bin/</c>, by name.</summary>
    public required IReadOnlyList<string> Binaries { get; init; }

    /// <summary>Names of the images in <c>images/images.tar</c>.</summary>
    public required IReadOnlyList<string> Images { get; init; }

    /// <summary>Every file with its length in bytes, relative to the package's root.</summary>
    public required IReadOnlyDictionary<string, long> Files { get; init; }

    /// <summary>Bytes on disk after unpacking.</summary>
    public long UnpackedSize => Files.Values.Sum();
}
