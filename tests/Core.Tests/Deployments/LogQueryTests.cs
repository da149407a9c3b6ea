using ClusterPanel.Core.Deployments;

namespace ClusterPanel.Core.Tests.Deployments;

public sealed class LogQueryTests
{
    [Fact]
    public void Check_Widest_IsTaken() =>
        Assert.Empty(new LogQuery(long.MaxValue, LogQuery.MostLines) { Host = "h1", Stage = "claim-host", Search = new string('x', 200) }.Check());

    [Theory]
    [InlineData(-1, 1, "x", "after")]
    [InlineData(0, 0, "x", "take")]
    [InlineData(0, LogQuery.MostLines + 1, "x", "take")]
    [InlineData(0, 1, "a\0b", "host stage search")]
    [InlineData(0, 1, "a\u202eb", "host stage search")]
    public void Check_WrongPart_IsNamed(long after, int take, string text, string fields) =>
        Assert.Equal(fields, string.Join(' ', new LogQuery(after, take) { Host = text, Stage = text, Search = text }.Check().Select(e => e.Field)));
}
