using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Kubeadm;

namespace ClusterPanel.Core.Tests.Kubeadm;

public sealed class KubeadmApiTests
{
    [Theory]
    [InlineData("v1.19.0", "kubeadm.k8s.io/v1beta2")]
    [InlineData("v1.21.14", "kubeadm.k8s.io/v1beta2")]
    [InlineData("v1.22.0", "kubeadm.k8s.io/v1beta3")]
    [InlineData("v1.30.99", "kubeadm.k8s.io/v1beta3")]
    [InlineData("v1.31.0", "kubeadm.k8s.io/v1beta4")]
    [InlineData("v1.40.1", "kubeadm.k8s.io/v1beta4")]
    public void For_EachVersion_IsTheNewestApiItReads(string version, string api) =>
        Assert.Equal(api, KubeadmApi.For(KubernetesVersion.Parse(version)));

    [Theory]
    [InlineData("v1.23.17", "/run/containerd/containerd.sock")]
    [InlineData("v1.24.0", "unix:///run/containerd/containerd.sock")]
    public void CriSocket_From124_IsAUrl(string version, string socket) =>
        Assert.Equal(socket, CriSocket.For(KubernetesVersion.Parse(version)));
}
