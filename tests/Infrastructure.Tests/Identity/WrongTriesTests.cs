using ClusterPanel.Infrastructure.Identity;
using Microsoft.Extensions.Time.Testing;

namespace ClusterPanel.Infrastructure.Tests.Identity;

public sealed class WrongTriesTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void TooMany_TenInAMinute_IsTrueUntilTheMinuteIsOver()
    {
        var tries = new WrongTries(_time);
        for (var i = 0; i < 10; i++)
        {
            Assert.False(tries.TooMany);
            tries.Add();
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.True(tries.TooMany);
        _time.Advance(TimeSpan.FromSeconds(50));
        Assert.False(tries.TooMany);
    }
}
