using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Kubeadm;
using YamlDotNet.RepresentationModel;

namespace ClusterPanel.Core.Tests.Kubeadm;

public sealed class JoinConfigurationTests
{
    [Theory]
    [InlineData("v1.20.2", NodeRole.ControlPlane)]
    [InlineData("v1.20.2", NodeRole.Worker)]
    [InlineData("v1.28.0", NodeRole.ControlPlane)]
    [InlineData("v1.28.0", NodeRole.Worker)]
    [InlineData("v1.31.0", NodeRole.ControlPlane)]
    [InlineData("v1.31.0", NodeRole.Worker)]
    public void Text_EachVersionAndRole_IsTheGoldenOne(string version, NodeRole role) =>
        Golden.Match($"kubeadm-join.{version}.{(role == NodeRole.Worker ? "worker" : "master")}", Text(version, role));

    [Theory]
    [InlineData("v1.20.2", "v1beta2")]
    [InlineData("v1.28.0", "v1beta3")]
    [InlineData("v1.31.0", "v1beta4")]
    public void Text_EachVersion_HasTheFieldsKubeadmReads(string version, string api)
    {
        var worker = Yaml.ByKind(Text(version, NodeRole.Worker))["JoinConfiguration"];

        Assert.Equal($"kubeadm.k8s.io/{api}", Yaml.Value(worker, "apiVersion"));
        Assert.Equal("apiserver.cluster.local:6443", Yaml.Value(worker, "discovery.bootstrapToken.apiServerEndpoint"));
        Assert.Equal("$token", Yaml.Value(worker, "discovery.bootstrapToken.token"));
        Assert.Equal(["sha256:$ca_hash"], Yaml.List(worker, "discovery.bootstrapToken.caCertHashes"));
        Assert.Equal("h4", Yaml.Value(worker, "nodeRegistration.name"));
        Assert.False(Yaml.Has(worker, "controlPlane"));
    }

    [Theory]
    [InlineData("v1.20.2")]
    [InlineData("v1.31.0")]
    public void Text_Master_NamesItsOwnApiEndpoint(string version)
    {
        var master = Yaml.ByKind(Text(version, NodeRole.ControlPlane))["JoinConfiguration"];

        Assert.Equal("10.0.0.12", Yaml.Value(master, "controlPlane.localAPIEndpoint.advertiseAddress"));
        Assert.Equal("6443", Yaml.Value(master, "controlPlane.localAPIEndpoint.bindPort"));
    }

    [Fact]
    public void Text_BeforeV1Beta4_HasExtraArgsAsMap() =>
        Assert.Equal("10.0.0.14", Yaml.Value(Yaml.ByKind(Text("v1.28.0", NodeRole.Worker))["JoinConfiguration"], "nodeRegistration.kubeletExtraArgs.node-ip"));

    [Fact]
    public void Text_FromV1Beta4_HasExtraArgsAsList()
    {
        var join = Yaml.ByKind(Text("v1.31.0", NodeRole.Worker))["JoinConfiguration"];

        var argument = Assert.Single((YamlSequenceNode)Yaml.At(join, "nodeRegistration.kubeletExtraArgs"));

        Assert.Equal("node-ip", Yaml.Value(argument, "name"));
        Assert.Equal("10.0.0.14", Yaml.Value(argument, "value"));
    }

    private static string Text(string version, NodeRole role)
    {
        var spec = Samples.Spec(version);
        return JoinConfiguration.Text(spec, spec.Members.First(m => m.Role == role && m.HostName != "h1"));
    }
}
