using Bunit;
using ClusterPanel.Web.Components.Controls;
using Microsoft.AspNetCore.Components;

namespace ClusterPanel.Web.Tests.Pages;

public sealed class EveryTests : WebTestContext
{
    [Fact]
    public async Task Tick_FailsForAWhile_IsSaidAndGoesOn()
    {
        var (failing, ticks) = (true, 0);
        var every = RenderEvery(() =>
        {
            ticks++;
            return failing ? throw new InvalidOperationException("The database is away.") : Task.CompletedTask;
        });

        await UntilAsync(() => Assert.Contains("What you see may be old.", every.Find("[role=status]").TextContent, StringComparison.Ordinal));
        failing = false;
        await UntilAsync(() => Assert.Empty(every.FindAll(".notice")));
        Assert.InRange(ticks, 2, int.MaxValue);
    }

    [Fact]
    public async Task Tick_TakesLong_IsSaidUntilItHasEnded()
    {
        var tick = new TaskCompletionSource();
        var every = RenderEvery(() => tick.Task);

        await UntilAsync(() => Assert.NotEmpty(every.FindAll(".notice")));
        tick.SetResult();

        await UntilAsync(() => Assert.Empty(every.FindAll(".notice")));
    }

    private IRenderedComponent<Every> RenderEvery(Func<Task> tick) =>
        Render<Every>(p => p.Add(c => c.Interval, TimeSpan.FromSeconds(1)).Add(c => c.OnTick, EventCallback.Factory.Create(this, tick)));
}
