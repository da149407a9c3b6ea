using ClusterPanel.Core.Deployments;
using ClusterPanel.Core.Hosts;
using ClusterPanel.Web.Feeds;

namespace ClusterPanel.Web.Tests.Feeds;

public sealed class LogRingTests
{
    [Fact]
    public void Append_OverCapacity_DropsTheOldest()
    {
        var ring = new LogRing(3);

        ring.Append(Lines(1, 5));

        Assert.Equal([3L, 4L, 5L], ring.Lines.Select(l => l.Sequence));
    }

    [Fact]
    public void Append_LinesAlreadyThere_AreNotDoubled()
    {
        var ring = new LogRing(10);
        ring.Append(Lines(1, 3));

        ring.Append(Lines(2, 3));

        Assert.Equal([1L, 2L, 3L, 4L], ring.Lines.Select(l => l.Sequence));
    }

    [Fact]
    public void Prepend_OlderLines_StayWhenNewOnesCome()
    {
        var ring = new LogRing(2);
        ring.Append(Lines(3, 2));

        ring.Prepend([.. Lines(1, 2)]);
        Assert.Equal([1L, 2L, 3L, 4L], ring.Lines.Select(l => l.Sequence));
        ring.Append(Lines(5, 1));

        Assert.Equal([2L, 3L, 4L, 5L], ring.Lines.Select(l => l.Sequence));
    }

    [Theory]
    [InlineData(0, 3)]
    [InlineData(1, 2)]
    [InlineData(3, 0)]
    [InlineData(9, 0)]
    public void After_Sequence_GivesTheLaterOnes(long sequence, int count)
    {
        var ring = new LogRing(10);
        ring.Append(Lines(1, 3));

        Assert.Equal(count, ring.After(sequence).Count);
    }

    private static IEnumerable<LogLine> Lines(int from, int count) =>
        Enumerable.Range(from, count).Select(i => new LogLine(i, DateTimeOffset.UnixEpoch, "", "", LineSource.Panel, $"{i}"));
}
