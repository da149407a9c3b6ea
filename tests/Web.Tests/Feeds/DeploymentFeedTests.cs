using ClusterPanel.Core.Deployments;
using ClusterPanel.Core.Hosts;
using ClusterPanel.Web.Feeds;
using Microsoft.Extensions.DependencyInjection;

namespace ClusterPanel.Web.Tests.Feeds;

public sealed class DeploymentFeedTests : WebTestContext
{
    private DeploymentFeed Feed => Services.GetRequiredService<DeploymentFeed>();

    [Fact]
    public async Task Watch_TwoWatchers_ShareOneLoop()
    {
        var deployment = await WrittenAsync(10);
        using var first = Feed.Watch(deployment.Id);
        using var second = Feed.Watch(deployment.Id);
        await UntilAsync(() => Assert.Equal((10, 10), (first.LastSequence, second.LastSequence)));

        Assert.Equal(1, Feed.WatchedCount);
        Assert.Same(first.Snapshot, second.Snapshot);
    }

    [Fact]
    public async Task Watch_LongLog_ReadsOnlyItsEnd()
    {
        var deployment = await WrittenAsync(45_000);
        using var watch = Feed.Watch(deployment.Id);
        await UntilAsync(() => Assert.Equal(45_000, watch.LastSequence));

        var lines = watch.LinesAfter(0);

        Assert.Equal((LogRing.Capacity, 35_001, 45_000), (lines.Count, lines[0].Sequence, lines[^1].Sequence));
        Assert.DoesNotContain(Deployments.Queries, q => q.Take > 1 && q.After < 30_000);
    }

    [Fact]
    public async Task LoadOlder_LongLog_PutsTheLinesBeforeInFrontWithoutGap()
    {
        var deployment = await WrittenAsync(15_000);
        using var watch = Feed.Watch(deployment.Id);
        await UntilAsync(() => Assert.Equal(15_000, watch.LastSequence));
        var tail = new LogTail(Services.GetRequiredService<DeploymentService>(), deployment.Id, watch, null, null, null);
        await tail.PullAsync(Token);
        Assert.True(tail.HasOlder);

        while (tail.HasOlder)
        {
            await tail.LoadOlderAsync(Token);
        }

        Assert.Equal(Enumerable.Range(1, 15_000).Select(i => (long)i), tail.Lines.Select(l => l.Sequence));
    }

    [Fact]
    public async Task Pull_NothingNew_AsksTheStoreForNothing()
    {
        var deployment = await WrittenAsync(5);
        using var watch = Feed.Watch(deployment.Id);
        await UntilAsync(() => Assert.Equal(5, watch.LastSequence));
        var tail = new LogTail(Services.GetRequiredService<DeploymentService>(), deployment.Id, watch, "master1", null, null);
        await tail.PullAsync(Token);
        var queries = Deployments.Queries.Count(q => q.Host is not null);

        await tail.PullAsync(Token);

        Assert.Equal(queries, Deployments.Queries.Count(q => q.Host is not null));
        Assert.Equal(5, tail.Lines.Count);
    }

    [Fact]
    public async Task Dispose_LastWatch_EndsTheLoop()
    {
        var deployment = await WrittenAsync(1);
        var first = Feed.Watch(deployment.Id);
        var second = Feed.Watch(deployment.Id);

        first.Dispose();
        Assert.Equal(1, Feed.WatchedCount);
        second.Dispose();
        second.Dispose();

        Assert.Equal(0, Feed.WatchedCount);
    }

    private async Task<Deployment> WrittenAsync(int lines)
    {
        var (_, deployment, plan) = await AddDeploymentAsync();
        Deployments.Write(deployment.Id, plan.Stages[0].Key, "master1", LineSource.Output, [.. Enumerable.Range(1, lines).Select(i => $"line {i}")]);
        return deployment;
    }
}
