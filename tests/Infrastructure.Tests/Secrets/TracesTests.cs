using System.Text;

namespace ClusterPanel.Infrastructure.Tests.Secrets;

public sealed class TracesTests
{
    private const string Text = "Kanarienvogel-4711";

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("ab")]
    [InlineData("abc")]
    public void Has_TextInsideBase64_IsFound(string before) =>
        Assert.True(Traces.Has(Encoding.ASCII.GetBytes(Convert.ToBase64String(Encoding.UTF8.GetBytes(before + Text + "and more"))), Text));

    [Fact]
    public void Has_PlainOrHexadecimal_IsFound()
    {
        Assert.True(Traces.Has(Encoding.UTF8.GetBytes("x" + Text), Text));
        Assert.True(Traces.Has(Encoding.ASCII.GetBytes(@"\x00" + Convert.ToHexStringLower(Encoding.UTF8.GetBytes(Text))), Text));
    }

    [Fact]
    public void Has_AnotherText_IsNotFound() => Assert.False(Traces.Has(Encoding.UTF8.GetBytes("Kanarienvogel-4712"), Text));
}
