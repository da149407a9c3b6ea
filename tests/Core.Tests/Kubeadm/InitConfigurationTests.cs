using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Kubeadm;
using YamlDotNet.RepresentationModel;

namespace ClusterPanel.Core.Tests.Kubeadm;

public sealed class InitConfigurationTests
{
    public static TheoryData<string, string, int> Cases => new()
    {
        { "v1.20.2", "v1beta2", 1 },
        { "v1.20.2", "v1beta2", 3 },
        { "v1.28.0", "v1beta3", 1 },
        { "v1.28.0", "v1beta3", 3 },
        { "v1.31.0", "v1beta4", 1 },
        { "v1.31.0", "v1beta4", 3 },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Text_EachVersion_IsTheGoldenOne(string version, string api, int masters)
    {
        Assert.EndsWith("/" + api, KubeadmApi.For(KubernetesVersion.Parse(version)));

        Golden.Match($"kubeadm-init.{version}.{masters}-masters", Text(version, masters));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Text_EachVersion_HasTheFieldsKubeadmReads(string version, string api, int masters)
    {
        var documents = Yaml.ByKind(Text(version, masters));

        var init = documents["InitConfiguration"];
        Assert.Equal($"kubeadm.k8s.io/{api}", Yaml.Value(init, "apiVersion"));
        Assert.Equal("10.0.0.11", Yaml.Value(init, "localAPIEndpoint.advertiseAddress"));
        Assert.Equal("6443", Yaml.Value(init, "localAPIEndpoint.bindPort"));
        Assert.Equal("h1", Yaml.Value(init, "nodeRegistration.name"));
        Assert.Equal(version == "v1.20.2" ? "/run/containerd/containerd.sock" : "unix:///run/containerd/containerd.sock", Yaml.Value(init, "nodeRegistration.criSocket"));

        var cluster = documents["ClusterConfiguration"];
        Assert.Equal($"kubeadm.k8s.io/{api}", Yaml.Value(cluster, "apiVersion"));
        Assert.Equal(version, Yaml.Value(cluster, "kubernetesVersion"));
        Assert.Equal("apiserver.cluster.local:6443", Yaml.Value(cluster, "controlPlaneEndpoint"));
        Assert.Equal("100.64.0.0/10", Yaml.Value(cluster, "networking.podSubnet"));
        Assert.Equal("10.96.0.0/16", Yaml.Value(cluster, "networking.serviceSubnet"));
        Assert.Equal("cluster.local", Yaml.Value(cluster, "networking.dnsDomain"));
        Assert.Equal(
            ["apiserver.cluster.local", "127.0.0.1", "10.103.97.2", .. Enumerable.Range(11, masters).Select(i => $"10.0.0.{i}")],
            Yaml.List(cluster, "apiServer.certSANs"));

        Assert.Equal("kubelet.config.k8s.io/v1beta1", Yaml.Value(documents["KubeletConfiguration"], "apiVersion"));
        Assert.Equal("kubeproxy.config.k8s.io/v1alpha1", Yaml.Value(documents["KubeProxyConfiguration"], "apiVersion"));
        Assert.Equal(["10.103.97.2/32"], Yaml.List(documents["KubeProxyConfiguration"], "ipvs.excludeCIDRs"));
        Assert.Equal(4, documents.Count);
    }

    [Fact]
    public void Text_BeforeV1Beta4_HasExtraArgsAsMap() =>
        Assert.Equal("10.0.0.11", Yaml.Value(Yaml.ByKind(Text("v1.30.5", 1))["InitConfiguration"], "nodeRegistration.kubeletExtraArgs.node-ip"));

    [Fact]
    public void Text_FromV1Beta4_HasExtraArgsAsList()
    {
        var init = Yaml.ByKind(Text("v1.31.0", 1))["InitConfiguration"];

        var argument = Assert.Single((YamlSequenceNode)Yaml.At(init, "nodeRegistration.kubeletExtraArgs"));

        Assert.Equal("node-ip", Yaml.Value(argument, "name"));
        Assert.Equal("10.0.0.11", Yaml.Value(argument, "value"));
    }

    [Theory]
    [InlineData(CgroupDriver.Systemd, "systemd")]
    [InlineData(CgroupDriver.Cgroupfs, "cgroupfs")]
    public void Text_EachCgroupDriver_IsGivenToKubelet(CgroupDriver driver, string expected)
    {
        var spec = Samples.Spec() with { CgroupDriver = driver };

        var documents = Yaml.ByKind(InitConfiguration.Text(spec, spec.Members[0], Samples.Package().Manifest));

        Assert.Equal(expected, Yaml.Value(documents["KubeletConfiguration"], "cgroupDriver"));
    }

    [Fact]
    public void Text_ExtraSans_StandOnceInTheCertificatesNames()
    {
        var spec = Samples.Spec() with { ExtraSans = ["panel.example.org", "10.0.0.11", "*.example.org"] };

        var cluster = Yaml.ByKind(InitConfiguration.Text(spec, spec.Members[0], Samples.Package().Manifest))["ClusterConfiguration"];

        Assert.Equal(
            ["apiserver.cluster.local", "127.0.0.1", "10.103.97.2", "10.0.0.11", "10.0.0.12", "10.0.0.13", "panel.example.org", "*.example.org"],
            Yaml.List(cluster, "apiServer.certSANs"));
    }

    private static string Text(string version, int masters)
    {
        var spec = Samples.Spec(version, masters);
        return InitConfiguration.Text(spec, spec.Members[0], Samples.Package(version).Manifest);
    }
}
