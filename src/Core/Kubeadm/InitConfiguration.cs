using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Packages;
using ClusterPanel.Core.Pki;

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
            {KubeadmApi.NodeRegistration(spec.Version, master)}
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
            {string.Join('\n', MasterCertificates.Sans(spec).Select(s => $"    - \"{s}\""))}
            controllerManager:
            {KubeadmApi.ExtraArgs(spec.Version, "extraArgs", "cluster-signing-duration", Validity.Hours(spec.CertificateYears))}
            {(KubeadmApi.KnowsValidity(spec.Version) ? Periods(spec) : "")}---
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

    private static string Periods(ClusterSpec spec) =>
        $"certificateValidityPeriod: \"{Validity.Hours(spec.CertificateYears)}\"\ncaCertificateValidityPeriod: \"{Validity.Hours(Validity.OfCa(spec.CertificateYears))}\"\n";
}
