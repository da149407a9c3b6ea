using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Hosts;
using ClusterPanel.Core.LoadBalancing;

namespace ClusterPanel.Core.Tests.Shell;

public sealed class ShellGoldenTests
{
    [Theory]
    [InlineData("fence")]
    [InlineData("fence-take-over")]
    [InlineData("detached-start")]
    [InlineData("detached-follow")]
    [InlineData("detached-ends")]
    [InlineData("detached-stop")]
    [InlineData("detached-forget")]
    [InlineData("detached-list")]
    [InlineData("facts")]
    [InlineData("health-etcd")]
    [InlineData("health-master")]
    [InlineData("health-worker")]
    [InlineData("etcd-recovery")]
    [InlineData("evidence")]
    [InlineData("hosts-keeper")]
    [InlineData("load-balancer")]
    public void Text_OfEachPart_IsTheGoldenOne(string name) => Golden.Match(name, ShellTexts.All[name]);

    [Fact]
    public void UnitText_OfTheLoadBalancer_IsTheGoldenOne() => Golden.Match("load-balancer.unit", ApiLoadBalancer.UnitText);

    [Fact]
    public void UnitTexts_OfTheHostsFile_AreTheGoldenOnes() => Golden.Match("hosts-keeper.units", HostsFile.UnitText + HostsFile.PathUnitText);

    [Theory]
    [InlineData(LoadBalancerKind.Nftables)]
    [InlineData(LoadBalancerKind.Ipvs)]
    public void Configuration_OfEachKind_IsTheGoldenOne(LoadBalancerKind kind)
    {
        var worker = Samples.Member(4, NodeRole.Worker, kind);

        Golden.Match($"load-balancer.conf.{kind.ToString().ToLowerInvariant()}", ApiLoadBalancer.Configuration(Samples.Spec(), worker));
    }
}
