using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Packages;

namespace ClusterPanel.Core.Kubeadm;

/// <summary>The configuration of <c>kubeadm init</c>: everything the cluster is, without a secret in it.</summary>
public static class InitConfiguration
{
    /// <summary>
    /// The documents for a first master. kubeadm makes a bootstrap token of its own at random; ours are made fresh for every
    /// join, so it is given the shortest useful life.
    /// </summary>
    /// <param name="spec">The cluster.</param>
    /// <param name="master">The first master.</param>
    /// <param name="package">Where the images' repository is read from.</param>
    public static string Text(ClusterSpec spec, ClusterMember master, PackageManifest package)
    {
        var api = KubeadmApi.For(spec.Version);
        return $"""
            apiVersion: {api}
            kind: InitConfiguration
            bootstrapTokens:
              - ttl: "10m0s"
            localAPIEndpoint:
              advertiseAddress: "{master.Address}"
              bindPort: {spec.ApiServerPort}
            nodeRegistration:
              name: "{master.NodeName}"
              criSocket: "{CriSocket.For(spec.Version)}"
            {KubeadmApi.KubeletExtraArgs(spec.Version, master.Address)}
            ---
            apiVersion: {api}
            kind: ClusterConfiguration
            kubernetesVersion: "{spec.Version}"
            clusterName: "kubernetes"
            controlPlaneEndpoint: "{spec.ControlPlaneEndpoint}"
            imageRepository: "{PackageImages.Repository(package)}"
            networking:
              dnsDomain: "{spec.DnsDomain}"
              podSubnet: "{spec.PodSubnet}"
              serviceSubnet: "{spec.ServiceSubnet}"
            apiServer:
              certSANs:
            {Sans(spec)}
            ---
            apiVersion: kubelet.config.k8s.io/v1beta1
            kind: KubeletConfiguration
            cgroupDriver: "{(spec.CgroupDriver == CgroupDriver.Systemd ? "systemd" : "cgroupfs")}"
            ---
            apiVersion: kubeproxy.config.k8s.io/v1alpha1
            kind: KubeProxyConfiguration
            ipvs:
              excludeCIDRs:
                - "{spec.VirtualIp}/32"

            """;
    }

    // The operator reaches any master by its address; workers reach the VIP; the panel comes through a forward to loopback.
    private static string Sans(ClusterSpec spec) =>
        string.Join('\n', new[] { spec.ApiServerName, "127.0.0.1", spec.VirtualIp }
            .Concat(spec.ControlPlane.Select(m => m.Address)).Concat(spec.ExtraSans).Distinct().Select(s => $"    - \"{s}\""));
}
