using ClusterPanel.Core.Clusters;

namespace ClusterPanel.Core.Tests.Clusters;

public sealed class MasterCountTests
{
    [Theory]
    [InlineData(0, null)]
    [InlineData(1, "One master: the cluster's API is away whenever that machine is. Three masters survive the loss of one, five the loss of two.")]
    [InlineData(2, "Two masters survive the loss of none, because etcd needs both: one more is better.")]
    [InlineData(3, null)]
    [InlineData(4, "4 masters survive the loss of no more machines than 3: an odd number is better.")]
    [InlineData(5, null)]
    public void Advice_EachNumber_SaysWhatItMeans(int masters, string? expected) => Assert.Equal(expected, MasterCount.Advice(masters));
}
