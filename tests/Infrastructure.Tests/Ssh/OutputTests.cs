using System.Text;
using ClusterPanel.Infrastructure.Ssh;

namespace ClusterPanel.Infrastructure.Tests.Ssh;

public sealed class OutputTests
{
    [Fact]
    public void LineSplitter_BytesOneByOne_GivesWholeCharacters()
    {
        var lines = new List<string>();
        var splitter = new LineSplitter(lines.Add);

        foreach (var b in Encoding.UTF8.GetBytes("größe 中文\r\n\nlast"))
        {
            splitter.Add([b]);
        }

        splitter.End();
        Assert.Equal(["größe 中文", "", "last"], lines);
    }

    [Fact]
    public void LineSplitter_EndlessLine_ComesInPieces()
    {
        var lines = new List<string>();
        var splitter = new LineSplitter(lines.Add);

        splitter.Add(new byte[LineSplitter.LongestLine * 2 + 5]);
        splitter.Add("\n"u8);

        Assert.Equal([LineSplitter.LongestLine, LineSplitter.LongestLine, 5], lines.Select(l => l.Length));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1000)]
    [InlineData(3_000_001)]
    public void BoundedOutput_TooMuch_KeepsBothEnds(int piece)
    {
        var all = new byte[7_000_000];
        Random.Shared.NextBytes(all);
        var output = new BoundedOutput();

        for (var at = 0; at < all.Length; at += piece)
        {
            output.Add(all.AsSpan(at, Math.Min(piece, all.Length - at)));
        }

        var kept = output.ToArray();
        Assert.True(output.IsCut);
        Assert.Equal(all[..(BoundedOutput.Limit / 2)], kept[..(BoundedOutput.Limit / 2)]);
        Assert.Equal(all[^(BoundedOutput.Limit / 2)..], kept[^(BoundedOutput.Limit / 2)..]);
        Assert.Equal($"\n[... {7_000_000 - BoundedOutput.Limit} bytes left out ...]\n", Encoding.UTF8.GetString(kept[(BoundedOutput.Limit / 2)..^(BoundedOutput.Limit / 2)]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(3_000_000)]
    [InlineData(BoundedOutput.Limit)]
    public void BoundedOutput_WithinTheLimit_KeepsAll(int length)
    {
        var all = new byte[length];
        Random.Shared.NextBytes(all);
        var output = new BoundedOutput();

        output.Add(all);

        Assert.Equal(all, output.ToArray());
    }

    [Fact]
    public void OutputStart_MarkerCutInPieces_LetsOnlyTheRestThrough()
    {
        var text = new StringBuilder();
        var start = new OutputStart(b => text.Append(Encoding.UTF8.GetString(b)));

        foreach (var b in Encoding.UTF8.GetBytes($"noise{RootShell.Started}\nmine\n{RootShell.Started}\n"))
        {
            start.Add([b]);
        }

        Assert.True(start.Seen);
        Assert.Equal($"mine\n{RootShell.Started}\n", text.ToString());
    }
}
