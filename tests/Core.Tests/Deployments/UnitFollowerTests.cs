using System.Globalization;
using System.Text;
using ClusterPanel.Core.Deployments;
using ClusterPanel.Core.Hosts;

namespace ClusterPanel.Core.Tests.Deployments;

public sealed class UnitFollowerTests
{
    private static readonly DetachedUnit Unit = new("unit");
    private readonly UnitFollower _follower = new(Unit, new StreamOffsets("unit", 0, 0));

    [Fact]
    public void Take_CompleteLines_ReturnsThemAndTheirOffsets()
    {
        Assert.Equal(["one", "two"], Take("running", "one\ntwo\n"));
        Assert.Equal(new StreamOffsets("unit", 8, 0), _follower.Offsets);
        Assert.Equal(Unit.Follow(8, 0), _follower.Command);
    }

    [Fact]
    public void Take_LineInTwoParts_ReturnsItWhenItIsComplete()
    {
        Assert.Equal(["one"], Take("running", "one\ntw"));
        Assert.Equal(new StreamOffsets("unit", 4, 0), _follower.Offsets);
        Assert.Equal(Unit.Follow(6, 0), _follower.Command);

        Assert.Equal(["two"], Take("running", "o\n"));
        Assert.Equal(new StreamOffsets("unit", 8, 0), _follower.Offsets);
    }

    [Fact]
    public void Take_LetterCutBetweenParts_IsWhole()
    {
        var bytes = Encoding.UTF8.GetBytes("größer 集\n");
        var lines = new List<string>();
        foreach (var b in bytes)
        {
            lines.AddRange(_follower.Take(Answer("running", [b], [])).Select(l => l.Text));
        }

        Assert.Equal(["größer 集"], lines);
    }

    [Fact]
    public void Take_BothStreams_AreKeptApart()
    {
        var lines = _follower.Take(Answer("running", "out\nha"u8, "err\n"u8));

        Assert.Equal([new OutputLine(LineSource.Output, "out"), new OutputLine(LineSource.Error, "err")], lines);
        Assert.Equal(new StreamOffsets("unit", 4, 4), _follower.Offsets);
    }

    [Fact]
    public void Take_CarriageReturnAtTheEnd_IsCutOff() => Assert.Equal(["one", "", "a\rb"], Take("running", "one\r\n\r\na\rb\r\n"));

    [Theory]
    [InlineData("ended")]
    [InlineData("lost")]
    [InlineData("rebooted")]
    public void Take_EndWithoutLineBreak_ReturnsTheRest(string state)
    {
        Assert.Equal(["one", "rest"], Take(state, "one\nrest"));
        Assert.Equal(new StreamOffsets("unit", 8, 0), _follower.Offsets);
        Assert.Equal(state, _follower.State);
    }

    [Fact]
    public void Take_MoreToBring_KeepsTheRest() => Assert.Equal(["one"], Take("more", "one\nre"));

    [Fact]
    public void Take_VeryLongLine_IsBrokenAndNothingIsLost()
    {
        var text = new string('x', 2 * UnitFollower.LongestLine + 5);

        var lines = Take("running", text + "\nnext\n");

        Assert.Equal([UnitFollower.LongestLine, UnitFollower.LongestLine, 5, 4], lines.Select(l => l.Length));
        Assert.Equal(new StreamOffsets("unit", text.Length + 6, 0), _follower.Offsets);
    }

    [Fact]
    public void Take_VeryLongLineStillGrowing_IsNotKeptInMemory()
    {
        var lines = Take("running", new string('x', UnitFollower.LongestLine + 1));

        Assert.Equal([UnitFollower.LongestLine], lines.Select(l => l.Length));
    }

    [Fact]
    public void Take_LineOfExactlyTheLongestLength_MakesOneLine()
    {
        var lines = Take("running", new string('x', UnitFollower.LongestLine)).Concat(Take("running", "\nnext\n")).ToList();

        Assert.Equal([UnitFollower.LongestLine, 4], lines.Select(l => l.Length));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Take_VeryLongLineOfLettersOfFourBytes_IsBrokenBetweenLetters(int shift)
    {
        var text = new string('x', shift) + string.Concat(Enumerable.Repeat("😀", UnitFollower.LongestLine / 2));

        var lines = Take("running", text + "\n");

        Assert.Equal(text, string.Concat(lines));
        Assert.All(lines, l => Assert.DoesNotContain('\uFFFD', l));
    }

    [Fact]
    public void Take_Ended_HasTheExitCode()
    {
        _follower.Take("ended 0 0 137\n"u8);

        Assert.Equal(("ended", 137), (_follower.State, _follower.ExitCode));
    }

    [Fact]
    public void LastLines_ManyLines_AreTheLastTwenty()
    {
        Take("running", string.Join('\n', Enumerable.Range(1, 50)) + "\n");

        Assert.Equal(Enumerable.Range(31, 20).Select(i => i.ToString(CultureInfo.InvariantCulture)), _follower.LastLines);
    }

    [Theory]
    [InlineData("")]
    [InlineData("running 3 0 -")]
    [InlineData("running 3 0 -\nab")]
    [InlineData("running 3 0 -\nabcd")]
    [InlineData("running x 0 -\n")]
    [InlineData("running -1 1 -\n")]
    [InlineData("sh: not found\n")]
    public void Take_NotAnAnswer_IsAnErrorAndChangesNothing(string answer)
    {
        Assert.Throws<FormatException>(() => _follower.Take(Encoding.UTF8.GetBytes(answer)));
        Assert.Equal(new StreamOffsets("unit", 0, 0), _follower.Offsets);
    }

    [Fact]
    public void Take_BeginsAtStoredOffsets_CountsFromThere()
    {
        var follower = new UnitFollower(Unit, new StreamOffsets("unit", 100, 7));

        follower.Take(Answer("running", "ab\n"u8, []));

        Assert.Equal(new StreamOffsets("unit", 103, 7), follower.Offsets);
    }

    private List<string> Take(string state, string output) => [.. _follower.Take(Answer(state, Encoding.UTF8.GetBytes(output), [])).Select(l => l.Text)];

    private static byte[] Answer(string state, ReadOnlySpan<byte> output, ReadOnlySpan<byte> error) =>
        [.. Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{state} {output.Length} {error.Length} 0\n")), .. output, .. error];
}
