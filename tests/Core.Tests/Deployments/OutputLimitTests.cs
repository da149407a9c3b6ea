using ClusterPanel.Core.Deployments;
using ClusterPanel.Core.Hosts;

namespace ClusterPanel.Core.Tests.Deployments;

public sealed class OutputLimitTests
{
    [Fact]
    public void Take_BelowTheLimit_PassesEverythingOn()
    {
        var limit = new OutputLimit(100, 0);

        Assert.Equal(5, limit.Take(Lines(0, 5)).Count);
        Assert.Empty(limit.End());
    }

    [Fact]
    public void End_BeyondTheLimit_CountsWhatIsMissingAndKeepsTheEnd()
    {
        var limit = new OutputLimit(10, 0);
        limit.Take(Lines(0, 10));

        Assert.True(limit.IsReached);
        Assert.Empty(limit.Take(Lines(10, OutputLimit.EndLines + 7)));
        var end = limit.End();

        Assert.Equal(LineSource.Panel, end[0].Stream);
        Assert.StartsWith("… 7 lines are left out here", end[0].Text, StringComparison.Ordinal);
        Assert.Equal(OutputLimit.EndLines + 1, end.Count);
        Assert.Equal(("line 17", $"line {OutputLimit.EndLines + 16}"), (end[1].Text, end[^1].Text));
    }

    [Fact]
    public void End_LittleBeyondTheLimit_KeepsItAll()
    {
        var limit = new OutputLimit(10, 10);
        limit.Take(Lines(0, 3));

        Assert.Equal(["line 0", "line 1", "line 2"], limit.End().Select(l => l.Text));
    }

    [Fact]
    public void End_HostDroppedLines_AreCountedToo()
    {
        var limit = new OutputLimit(1, 1);
        limit.Take(Lines(0, 1));
        limit.Drop(1_000_000);

        Assert.StartsWith("… 1000000 lines are left out here", limit.End()[0].Text, StringComparison.Ordinal);
    }

    private static List<OutputLine> Lines(int first, int count) => [.. Enumerable.Range(first, count).Select(i => new OutputLine(LineSource.Output, $"line {i}"))];
}
