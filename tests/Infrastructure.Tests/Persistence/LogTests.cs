using ClusterPanel.Core.Deployments;
using ClusterPanel.Core.Hosts;
using ClusterPanel.Infrastructure.Persistence;

namespace ClusterPanel.Infrastructure.Tests.Persistence;

public abstract class LogTests(IDatabases databases) : DatabaseTests(databases)
{
    [Fact]
    public async Task Append_AgainAfterALostAnswer_StoresTheLinesOnce()
    {
        var lease = await ClaimAsync();
        await Panel.Deployments.AppendLogAsync(lease, 1, [Sample.Line("a"), Sample.Line("b")], [new StreamOffsets("unit", 3, 0)], Stop);

        await Panel.Deployments.AppendLogAsync(lease, 1, [Sample.Line("a"), Sample.Line("b")], [new StreamOffsets("unit", 3, 0)], Stop);
        await Panel.Deployments.AppendLogAsync(lease, 3, [Sample.Line("c")], [], Stop);

        Assert.Equal([(1, "a"), (2, "b"), (3, "c")], (await ReadAsync(lease, new LogQuery(0, 10))).Select(l => (l.Sequence, l.Text)));
        Assert.Equal(3, await Panel.Deployments.ReadLastSequenceAsync(lease.DeploymentId, Stop));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    public async Task Append_LinesThatDoNotFitOn_Throws(long first)
    {
        var lease = await ClaimAsync();
        await Panel.Deployments.AppendLogAsync(lease, 1, [Sample.Line("a"), Sample.Line("b"), Sample.Line("c")], [], Stop);

        await Assert.ThrowsAsync<InvalidOperationException>(() => Panel.Deployments.AppendLogAsync(lease, first, [Sample.Line("d"), Sample.Line("e"), Sample.Line("f")], [], Stop));

        Assert.Equal(3, await Panel.Deployments.ReadLastSequenceAsync(lease.DeploymentId, Stop));
    }

    [Fact]
    public async Task RemoveOld_EndedLongAgo_LeavesOneLineThatSaysSoAndKeepsTheNumbers()
    {
        var lease = await ClaimAsync();
        await Panel.Deployments.AppendLogAsync(lease, 1, [Sample.Line("a"), Sample.Line("b")], [], Stop);
        await Panel.Deployments.FinishAsync(lease, DeploymentStatus.Failed, "x", Stop);
        var store = Panel.Get<LogLineStore>();

        Assert.Equal(0, await store.RemoveOldAsync(DateTimeOffset.UtcNow.AddDays(-30), 30, Stop));
        Assert.Equal(1, await store.RemoveOldAsync(DateTimeOffset.UtcNow.AddDays(1), 30, Stop));
        Assert.Equal(0, await store.RemoveOldAsync(DateTimeOffset.UtcNow.AddDays(1), 30, Stop));

        var line = Assert.Single(await ReadAsync(lease, new LogQuery(0, 10)));
        Assert.Equal((3, "2 lines were removed: the deployment ended more than 30 days ago (setting Log:KeepDays)."), (line.Sequence, line.Text));
    }

    [Fact]
    public async Task RemoveOld_ResumedMeanwhile_LeavesTheLogAlone()
    {
        var lease = await ClaimAsync();
        await Panel.Deployments.AppendLogAsync(lease, 1, [Sample.Line("a"), Sample.Line("b")], [], Stop);
        await Panel.Deployments.FinishAsync(lease, DeploymentStatus.Failed, "x", Stop);
        await Panel.Deployments.RequeueAsync(lease.DeploymentId, [], TestPanel.Seeded, Stop);

        Assert.Equal(0, await Panel.Get<LogLineStore>().RemoveOldAsync(DateTimeOffset.UtcNow.AddDays(1), 30, Stop));

        Assert.Equal(2, (await ReadAsync(lease, new LogQuery(0, 10))).Count);
    }

    [Fact]
    public async Task Append_AfterTakeOver_ContinuesTheNumbers()
    {
        var lease = await ClaimAsync();
        await Panel.Deployments.AppendLogAsync(lease, 1, [Sample.Line("a"), Sample.Line("b")], [], Stop);
        await Panel.ExpireLeasesAsync();
        var next = (await Panel.Deployments.ClaimAsync("other", Stop))!;

        await Panel.Deployments.AppendLogAsync(next, 3, [Sample.Line("c")], [], Stop);

        Assert.Equal([1, 2, 3], (await ReadAsync(lease, new LogQuery(0, 10))).Select(l => l.Sequence));
    }

    [Fact]
    public async Task Append_AnyText_ReadsWhatWasStored()
    {
        var lease = await ClaimAsync();
        NewLogLine[] lines =
        [
            new(Sample.Noon, "init", "host-1", LineSource.Error, "quotes ' \" and 中文 and 🚀\ttab"),
            new(Sample.Noon.AddMicroseconds(1), "", "", LineSource.Panel, ""),
        ];

        await Panel.Deployments.AppendLogAsync(lease, 1, lines, [], Stop);

        var stored = await ReadAsync(lease, new LogQuery(0, 10));
        Assert.Equal(lines, stored.Select(l => new NewLogLine(l.Time, l.Stage, l.Host, l.Stream, l.Text)));
    }

    [Fact]
    public async Task Append_TextPostgresRefuses_StoresReplacementCharacters()
    {
        var lease = await ClaimAsync();

        await Panel.Deployments.AppendLogAsync(lease, 1, [Sample.Line("a\0b\ud83d")], [], Stop);

        Assert.Equal("a\ufffdb\ufffd", Assert.Single(await ReadAsync(lease, new LogQuery(0, 10))).Text);
    }

    [Fact]
    public async Task Append_WithOffsets_StoresTheLastOfEachUnit()
    {
        var lease = await ClaimAsync();

        await Panel.Deployments.AppendLogAsync(lease, 1, [], [new StreamOffsets("one", 5, 6), new StreamOffsets("two", 7, 8)], Stop);
        await Panel.Deployments.AppendLogAsync(lease, 1, [], [new StreamOffsets("one", 50, 60)], Stop);

        Assert.Equal(new StreamOffsets("one", 50, 60), await Panel.Deployments.ReadOffsetsAsync(lease.DeploymentId, "one", Stop));
        Assert.Equal(new StreamOffsets("two", 7, 8), await Panel.Deployments.ReadOffsetsAsync(lease.DeploymentId, "two", Stop));
        Assert.Equal(new StreamOffsets("three", 0, 0), await Panel.Deployments.ReadOffsetsAsync(lease.DeploymentId, "three", Stop));
    }

    [Fact]
    public async Task Append_OffsetsCannotBeStored_StoresNoLinesEither()
    {
        var lease = await ClaimAsync();

        await Assert.ThrowsAnyAsync<Exception>(() => Panel.Deployments.AppendLogAsync(lease, 1, [Sample.Line("a")], [new StreamOffsets(null!, 1, 1)], Stop));

        Assert.Empty(await ReadAsync(lease, new LogQuery(0, 10)));
    }

    [Fact]
    public async Task Read_AfterAndTake_GivesThePageInOrder()
    {
        var lease = await ClaimAsync();
        await Panel.Deployments.AppendLogAsync(lease, 1, [.. Enumerable.Range(1, 10).Select(i => Sample.Line($"line {i}"))], [], Stop);

        Assert.Equal([5, 6, 7], (await ReadAsync(lease, new LogQuery(4, 3))).Select(l => l.Sequence));
    }

    [Fact]
    public async Task Read_ByHostAndStage_GivesOnlyThose()
    {
        var lease = await ClaimAsync();
        await Panel.Deployments.AppendLogAsync(lease, 1, [Sample.Line("a", "h1", "s1"), Sample.Line("b", "h1", "s2"), Sample.Line("c", "h2", "s1")], [], Stop);

        Assert.Equal(["a", "b"], (await ReadAsync(lease, new LogQuery(0, 10) { Host = "h1" })).Select(l => l.Text));
        Assert.Equal(["a", "c"], (await ReadAsync(lease, new LogQuery(0, 10) { Stage = "s1" })).Select(l => l.Text));
        Assert.Equal(["b"], (await ReadAsync(lease, new LogQuery(1, 10) { Host = "h1" })).Select(l => l.Text));
    }

    [Theory]
    [InlineData("ERROR", "an Error: 100% of it")]
    [InlineData("100%", "an Error: 100% of it")]
    [InlineData("a_b", "a_b")]
    [InlineData(@"c:\", @"c:\windows")]
    [InlineData("'", "it's")]
    public async Task Read_Search_FindsTheTextLiterallyIgnoringCase(string search, string found)
    {
        var lease = await ClaimAsync();
        await Panel.Deployments.AppendLogAsync(
            lease, 1, [Sample.Line("an Error: 100% of it"), Sample.Line("a_b"), Sample.Line("axb 100 of it"), Sample.Line(@"c:\windows"), Sample.Line("it's")], [], Stop);

        Assert.Equal([found], (await ReadAsync(lease, new LogQuery(0, 10) { Search = search })).Select(l => l.Text));
    }

    private async Task<Lease> ClaimAsync()
    {
        await Panel.AddClusterAsync();
        return (await Panel.Deployments.ClaimAsync("me", Stop))!;
    }

    private Task<IReadOnlyList<LogLine>> ReadAsync(Lease lease, LogQuery query) => Panel.Deployments.ReadLogAsync(lease.DeploymentId, query, Stop);
}
