using ClusterPanel.Core.Packages;

namespace ClusterPanel.Core.Steps;

/// <summary>Where the panel keeps its things on a host.</summary>
public static class HostDirectories
{
    /// <summary>Root of everything the panel keeps.</summary>
    public const string Root = "/var/lib/clusterpanel";

    /// <summary>Where the manifests of a leaving master's API server, controller manager and scheduler lie, so that kubelet stops them.</summary>
    public const string PutAside = Root + "/put-aside";

    /// <summary>The archive of a package on a host.</summary>
    public static string Archive(OfflinePackage package) => $"{Root}/package/{package.Sha256[..16]}.tar.gz";

    /// <summary>The unpacked package: the folder that holds <c>bin</c>, <c>conf</c>, <c>images</c> and so on.</summary>
    public static string Unpacked(OfflinePackage package) => $"{Root}/package/{package.Sha256[..16]}/kube";
}
