using ClusterPanel.Core;
using ClusterPanel.Core.Clusters;
using ClusterPanel.Web.Api;

namespace ClusterPanel.Web.Tests.Api;

public sealed class HostNamesTests
{
    // m3 left; another machine, m3-new, took over its node's name and address.
    private static readonly ClusterMember Left = new(Guid.NewGuid(), "m3", "10.0.0.13", "m3", NodeRole.ControlPlane);
    private static readonly ClusterMember Taker = new(Guid.NewGuid(), "m3-new", "10.0.0.13", "m3", NodeRole.ControlPlane);
    private static readonly Cluster Cluster = new()
    {
        Name = "prod",
        Spec = new ClusterSpec { Name = "prod", PackageId = Guid.Empty, Version = KubernetesVersion.Parse("v1.20.2"), Members = [Taker], NotCleaned = [Left], CniManifest = "cni.yaml" },
    };

    [Theory]
    [InlineData("m3")]
    [InlineData("m3-new")]
    [InlineData("10.0.0.13")]
    public void Members_TwoOfOneNodeName_FindsTheMember(string name) => Assert.Equal([Taker.HostId], HostNames.Members([name], Cluster, "hosts"));

    [Theory]
    [InlineData("m3", true)]
    [InlineData("m3-new", false)]
    public void All_TwoOfOneNodeName_HostsOwnNameGoesFirst(string name, bool left) =>
        Assert.Equal([(left ? Left : Taker).HostId], HostNames.All([name], Cluster, "leaveOut"));

    [Theory]
    [InlineData("m3")]
    [InlineData("10.0.0.13")]
    public void Left_TwoOfOneNodeName_FindsTheOneThatLeft(string name) => Assert.Equal([Left.HostId], HostNames.Left([name], Cluster, "hosts"));

    [Fact]
    public void Left_Member_IsRefusedWithTheField()
    {
        var e = Assert.Throws<InvalidInputException>(() => HostNames.Left(["m3-new"], Cluster, "hosts"));

        Assert.Equal([("hosts", "\"m3-new\" is no host that left cluster prod and was not cleaned.")], e.Errors.Select(f => (f.Field, f.Message)));
    }
}
