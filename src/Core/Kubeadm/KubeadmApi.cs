using ClusterPanel.Core.Clusters;

namespace ClusterPanel.Core.Kubeadm;

/// <summary>Which version of kubeadm's configuration API a Kubernetes version reads.</summary>
public static class KubeadmApi
{
    /// <summary>The newest API the version knows: v1beta2 (1.19 to 1.21), v1beta3 (1.22 to 1.30), v1beta4 (from 1.31).</summary>
    public static string For(KubernetesVersion version) =>
        "kubeadm.k8s.io/" + (version.IsAtLeast(1, 31) ? "v1beta4" : version.IsAtLeast(1, 22) ? "v1beta3" : "v1beta2");

    /// <summary>True when kubeadm can be told how long certificates are valid (<c>certificateValidityPeriod</c>, v1beta4).</summary>
    public static bool KnowsValidity(KubernetesVersion version) => version.IsAtLeast(1, 31);

    /// <summary>
    /// How a node registers itself. On a master etcd's folder need not be empty: it may be a disk of its own, with lost+found, or hold the
    /// folder of another etcd; that there is no member in it, the steps look themselves.
    /// </summary>
    internal static string NodeRegistration(KubernetesVersion version, ClusterMember member) => $"""
        nodeRegistration:
          name: "{member.NodeName}"
          criSocket: "{CriSocket.For(version)}"
        {(member.Role == NodeRole.ControlPlane ? "  ignorePreflightErrors:\n    - \"DirAvailable--var-lib-etcd\"\n" : "")}{ExtraArgs(version, "kubeletExtraArgs", "node-ip", member.Address)}
        """;

    /// <summary>An extra argument in the form of the version's API: in a map, or from v1beta4 on in a list.</summary>
    internal static string ExtraArgs(KubernetesVersion version, string field, string name, string value) => version.IsAtLeast(1, 31)
        ? $"""
          {field}:
            - name: {name}
              value: "{value}"
        """
        : $"""
          {field}:
            {name}: "{value}"
        """;
}
