using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Kubeadm;
using ClusterPanel.Core.Packages;

namespace ClusterPanel.Core.Tests.Kubeadm;

public sealed class PackageImagesTests
{
    [Theory]
    [InlineData("v1.20.2", "k8s.gcr.io", "k8s.gcr.io/kube-apiserver:v1.20.2", "registry.k8s.io/kube-apiserver:v1.20.2")]
    [InlineData("v1.25.0", "registry.k8s.io", "k8s.gcr.io/kube-apiserver:v1.25.0", "registry.k8s.io/kube-apiserver:v1.25.0")]
    [InlineData("v1.20.2", "registry.example/k8s", "registry.example/k8s/kube-apiserver:v1.20.2")]
    [InlineData("v1.24.9", "k8s.gcr.io", "registry.example/k8s/kube-apiserver:v1.20.2")]
    [InlineData("v1.25.0", "registry.k8s.io")]
    public void Repository_EachPackage_IsKubeadmsDefaultOrThePackages(string version, string expected, params string[] images) =>
        Assert.Equal(expected, PackageImages.Repository(Package(version, images)));

    [Theory]
    [InlineData("k8s.gcr.io/pause:3.10", "k8s.gcr.io/pause:3.2", "k8s.gcr.io/pause:3.10", "k8s.gcr.io/pause:3.9")]
    [InlineData("k8s.gcr.io/pause:3.2", "k8s.gcr.io/pause:3.2", "registry.k8s.io/pause:3.9")]
    [InlineData("registry.example/pause:3.5", "registry.example/pause:3.5")]
    [InlineData("k8s.gcr.io/pause:3.2")]
    [InlineData("k8s.gcr.io/pause:3.2", "k8s.gcr.io/pause:latest", "k8s.gcr.io/pause:3.2")]
    public void Pause_EachPackage_IsTheNewestOfTheRepository(string expected, params string[] images) =>
        Assert.Equal(expected, PackageImages.Pause(Package("v1.20.2", images)));

    private static PackageManifest Package(string version, string[] images) =>
        Samples.Package().Manifest with { Version = KubernetesVersion.Parse(version), Images = images };
}
