using ClusterPanel.Core.Clusters;

namespace ClusterPanel.Core.Tests.Clusters;

public sealed class SubnetTests
{
    [Theory]
    [InlineData("10.96.0.0/12", "10.96.0.0/12", 1048576)]
    [InlineData("10.97.3.4/12", "10.96.0.0/12", 1048576)]
    [InlineData("192.168.1.77/32", "192.168.1.77/32", 1)]
    [InlineData("0.0.0.0/0", "0.0.0.0/0", 4294967296)]
    [InlineData("255.255.255.255/31", "255.255.255.254/31", 2)]
    public void TryParse_Cidr_CutsTheHostBits(string text, string expected, long size)
    {
        Assert.True(Subnet.TryParse(text, out var subnet));
        Assert.Equal((expected, size), (subnet.ToString(), subnet.Size));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("10.0.0.0")]
    [InlineData("10.0.0.0/")]
    [InlineData("10.0.0.0/33")]
    [InlineData("10.0.0.0/-1")]
    [InlineData("10.0.0.0/ 8")]
    [InlineData("10.0.0/8")]
    [InlineData("10.0.0.256/8")]
    [InlineData("10.0.0.0/8/8")]
    [InlineData("fd00::/64")]
    [InlineData("010.0.0.0/8")]
    [InlineData("10.0.0.0/08")]
    [InlineData("10.0.0.0/8\0")]
    public void TryParse_SomethingElse_IsFalse(string? text) => Assert.False(Subnet.TryParse(text, out _));

    [Theory]
    [InlineData("10.96.0.0/12", "10.96.0.0", true)]
    [InlineData("10.96.0.0/12", "10.111.255.255", true)]
    [InlineData("10.96.0.0/12", "10.112.0.0", false)]
    [InlineData("10.96.0.0/12", "10.95.255.255", false)]
    [InlineData("0.0.0.0/0", "255.255.255.255", true)]
    [InlineData("10.0.0.1/32", "10.0.0.1", true)]
    [InlineData("10.0.0.1/32", "10.0.0.2", false)]
    [InlineData("10.0.0.0/8", "::1", false)]
    [InlineData("10.0.0.0/8", "nonsense", false)]
    public void Contains_EachAddress_IsJudged(string subnet, string address, bool expected) => Assert.Equal(expected, Parse(subnet).Contains(address));

    [Theory]
    [InlineData("100.64.0.0/10", "10.96.0.0/12", false)]
    [InlineData("10.0.0.0/8", "10.96.0.0/12", true)]
    [InlineData("10.96.0.0/12", "10.0.0.0/8", true)]
    [InlineData("10.0.0.0/24", "10.0.1.0/24", false)]
    [InlineData("10.0.0.0/24", "10.0.0.0/24", true)]
    [InlineData("0.0.0.0/0", "10.0.0.1/32", true)]
    public void Overlaps_EachPair_IsJudged(string one, string other, bool expected) => Assert.Equal(expected, Parse(one).Overlaps(Parse(other)));

    [Theory]
    [InlineData("10.96.0.0/12", 1, "10.96.0.1")]
    [InlineData("10.96.0.0/12", 10, "10.96.0.10")]
    [InlineData("10.96.0.0/12", 256, "10.96.1.0")]
    public void AddressAt_EachIndex_CountsFromTheNetwork(string subnet, int index, string expected) => Assert.Equal(expected, Parse(subnet).AddressAt(index));

    private static Subnet Parse(string text)
    {
        Assert.True(Subnet.TryParse(text, out var subnet));
        return subnet;
    }
}
