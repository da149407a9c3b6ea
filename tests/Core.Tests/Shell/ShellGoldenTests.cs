using ClusterPanel.Core.Clusters;
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
    [InlineData("evidence")]
    [InlineData("load-balancer")]
    public void Text_OfEachPart_IsTheGoldenOne(string name) => Golden.Match(name, ShellTexts.All[name]);

    [Fact]
    public void UnitText_OfTheLoadBalancer_IsTheGoldenOne() => Golden.Match("load-balancer.unit", ApiLoadBalancer.UnitText);

    [Theory]
    [InlineData(LoadBalancerKind.Nftables)]
    [InlineData(LoadBalancerKind.Ipvs)]
    public void Configuration_OfEachKind_IsTheGoldenOne(LoadBalancerKind kind)
    {
        var worker = Samples.Member(4, NodeRole.Worker, kind);

        Golden.Match($"load-balancer.conf.{kind.ToString().ToLowerInvariant()}", ApiLoadBalancer.Configuration(Samples.Spec(), worker));
    }
}
