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

    /// <summary>The kubelet's extra arguments.</summary>
    internal static string KubeletExtraArgs(KubernetesVersion version, string address) => ExtraArgs(version, "kubeletExtraArgs", "node-ip", address);

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
