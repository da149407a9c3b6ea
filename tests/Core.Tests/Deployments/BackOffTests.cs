using ClusterPanel.Core.Deployments;
using Microsoft.Extensions.Time.Testing;

namespace ClusterPanel.Core.Tests.Deployments;

public sealed class BackOffTests
{
    [Fact]
    public void Next_ManyTimes_GrowsToFifteenSecondsAndEndsAfterTenMinutes()
    {
        var time = new FakeTimeProvider(Samples.Now);
        var backOff = new BackOff(time, BackOff.Long, TimeSpan.FromMinutes(1));
        var waits = new List<double>();

        while (backOff.Next() is { } wait)
        {
            waits.Add(wait.TotalSeconds);
            time.Advance(wait);
        }

        Assert.Equal([2, 4, 8, 15, 15], waits[..5]);
        Assert.All(waits[3..], w => Assert.Equal(15, w));
        Assert.InRange((time.GetUtcNow() - Samples.Now).TotalSeconds, 585, 600);
        Assert.Equal(Samples.Now.AddMinutes(10), backOff.Deadline);
    }

    [Fact]
    public void Next_EveryTryHangsAsLongAsACommandMay_EndsAfterTenMinutes()
    {
        var time = new FakeTimeProvider(Samples.Now);
        var backOff = new BackOff(time, BackOff.Long, TimeSpan.FromMinutes(10));
        var tries = 0;

        while (backOff.Next() is { } wait)
        {
            tries++;
            time.Advance(wait + TimeSpan.FromMinutes(10.5));
        }

        Assert.Equal(1, tries);
    }

    [Theory]
    [InlineData(1, 6.1)]
    [InlineData(120, 20.1)] // a drain
    public void Next_ATryWentWellForLong_CountsAnew(int longest, double minutes)
    {
        var time = new FakeTimeProvider(Samples.Now);
        var backOff = new BackOff(time, BackOff.Long, TimeSpan.FromMinutes(longest));

        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(TimeSpan.FromSeconds(2), backOff.Next());
            time.Advance(TimeSpan.FromMinutes(minutes));
        }
    }
}
