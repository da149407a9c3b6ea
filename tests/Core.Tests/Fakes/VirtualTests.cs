namespace ClusterPanel.Core.Tests.Fakes;

public sealed class VirtualTests
{
    [Fact]
    public void Run_WorkRunsInTheThreadPool_TimeWaitsForIt()
    {
        var time = new SteppingTime();
        using var overtaken = new ManualResetEventSlim();
        var wasOvertaken = true;

        Virtual.Run(time, async () =>
        {
            using var timer = time.CreateTimer(_ => overtaken.Set(), null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
            await Task.Run(() => wasOvertaken = overtaken.Wait(TimeSpan.FromMilliseconds(300)));
            await Task.Delay(TimeSpan.FromSeconds(2), time);
        });

        Assert.False(wasOvertaken);
        Assert.True(overtaken.IsSet);
    }
}
