using ClusterPanel.Core.Deployments;
using ClusterPanel.Core.Hosts;

namespace ClusterPanel.Infrastructure.Tests.Persistence;

public abstract class LogTests(IDatabases databases) : DatabaseTests(databases)
{
    [Fact]
    public async Task Append_FromFourTasksAtOnce_HasNoGapAndNoDouble()
    {
        var lease = await ClaimAsync();

        await Task.WhenAll(Enumerable.Range(0, 4).Select(task => Task.Run(async () =>
        {
            for (var batch = 0; batch < 10; batch++)
            {
                await Panel.Deployments.AppendLogAsync(lease, [.. Enumerable.Range(0, 7).Select(i => Sample.Line($"{task} {batch} {i}"))], [], Stop);
            }
        })));

        var lines = await ReadAsync(lease, new LogQuery(0, 1000));
        Assert.Equal(Enumerable.Range(1, 280).Select(i => (long)i), lines.Select(l => l.Sequence));
        Assert.Equal(280, lines.Select(l => l.Text).Distinct().Count());
    }

    [Fact]
    public async Task Append_AfterTakeOver_ContinuesTheNumbers()
    {
        var lease = await ClaimAsync();
        await Panel.Deployments.AppendLogAsync(lease, [Sample.Line("a"), Sample.Line("b")], [], Stop);
        await Panel.ExpireLeasesAsync();
        var next = (await Panel.Deployments.ClaimAsync("other", Stop))!;

        await Panel.Deployments.AppendLogAsync(next, [Sample.Line("c")], [], Stop);

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

        await Panel.Deployments.AppendLogAsync(lease, lines, [], Stop);

        var stored = await ReadAsync(lease, new LogQuery(0, 10));
        Assert.Equal(lines, stored.Select(l => new NewLogLine(l.Time, l.Stage, l.Host, l.Stream, l.Text)));
    }

    [Fact]
    public async Task Append_TextPostgresRefuses_StoresReplacementCharacters()
    {
        var lease = await ClaimAsync();

        await Panel.Deployments.AppendLogAsync(lease, [Sample.Line("a\0b\ud83d")], [], Stop);

        Assert.Equal("a\ufffdb\ufffd", Assert.Single(await ReadAsync(lease, new LogQuery(0, 10))).Text);
    }

    [Fact]
    public async Task Append_WithOffsets_StoresTheLastOfEachUnit()
    {
        var lease = await ClaimAsync();

        await Panel.Deployments.AppendLogAsync(lease, [], [new StreamOffsets("one", 5, 6), new StreamOffsets("two", 7, 8)], Stop);
        await Panel.Deployments.AppendLogAsync(lease, [], [new StreamOffsets("one", 50, 60)], Stop);

        Assert.Equal(new StreamOffsets("one", 50, 60), await Panel.Deployments.ReadOffsetsAsync(lease.DeploymentId, "one", Stop));
        Assert.Equal(new StreamOffsets("two", 7, 8), await Panel.Deployments.ReadOffsetsAsync(lease.DeploymentId, "two", Stop));
        Assert.Equal(new StreamOffsets("three", 0, 0), await Panel.Deployments.ReadOffsetsAsync(lease.DeploymentId, "three", Stop));
    }

    [Fact]
    public async Task Append_OffsetsCannotBeStored_StoresNoLinesEither()
    {
        var lease = await ClaimAsync();

        await Assert.ThrowsAnyAsync<Exception>(() => Panel.Deployments.AppendLogAsync(lease, [Sample.Line("a")], [new StreamOffsets(null!, 1, 1)], Stop));

        Assert.Empty(await ReadAsync(lease, new LogQuery(0, 10)));
    }

    [Fact]
    public async Task Read_AfterAndTake_GivesThePageInOrder()
    {
        var lease = await ClaimAsync();
        await Panel.Deployments.AppendLogAsync(lease, [.. Enumerable.Range(1, 10).Select(i => Sample.Line($"line {i}"))], [], Stop);

        Assert.Equal([5, 6, 7], (await ReadAsync(lease, new LogQuery(4, 3))).Select(l => l.Sequence));
    }

    [Fact]
    public async Task Read_ByHostAndStage_GivesOnlyThose()
    {
        var lease = await ClaimAsync();
        await Panel.Deployments.AppendLogAsync(lease, [Sample.Line("a", "h1", "s1"), Sample.Line("b", "h1", "s2"), Sample.Line("c", "h2", "s1")], [], Stop);

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
            lease, [Sample.Line("an Error: 100% of it"), Sample.Line("a_b"), Sample.Line("axb 100 of it"), Sample.Line(@"c:\windows"), Sample.Line("it's")], [], Stop);

        Assert.Equal([found], (await ReadAsync(lease, new LogQuery(0, 10) { Search = search })).Select(l => l.Text));
    }

    private async Task<Lease> ClaimAsync()
    {
        await Panel.AddClusterAsync();
        return (await Panel.Deployments.ClaimAsync("me", Stop))!;
    }

    private Task<IReadOnlyList<LogLine>> ReadAsync(Lease lease, LogQuery query) => Panel.Deployments.ReadLogAsync(lease.DeploymentId, query, Stop);
}
