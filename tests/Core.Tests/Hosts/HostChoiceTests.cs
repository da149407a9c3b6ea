using ClusterPanel.Core.Hosts;

namespace ClusterPanel.Core.Tests.Hosts;

public sealed class HostChoiceTests
{
    private static readonly IReadOnlyList<Host> Inventory = [.. Enumerable.Range(1, 5).Select(Samples.Host)];

    [Theory]
    [InlineData("10.0.0.12", "h2", "")]
    [InlineData("h3, 10.0.0.12", "h3 h2", "")]
    [InlineData("10.0.0.13-10.0.0.16", "h3 h4 h5", "10.0.0.16")]
    [InlineData("10.0.0.11-12;H1\nh9", "h1 h2", "h9")]
    public void Find_NamesAddressesAndRanges_AreLookedUp(string text, string found, string unknown)
    {
        var (hosts, others) = HostChoice.Find(text, Inventory);

        Assert.Equal(found, string.Join(' ', hosts.Select(h => h.Name)));
        Assert.Equal(unknown, string.Join(' ', others));
    }

    [Theory]
    [InlineData(null, "Write addresses, ranges or names: 10.0.0.11, 10.0.0.21-10.0.0.25, web1.")]
    [InlineData(" , ", "Write addresses, ranges or names: 10.0.0.11, 10.0.0.21-10.0.0.25, web1.")]
    [InlineData("10.0.0.9-10.0.0.1", "The range \"10.0.0.9-10.0.0.1\" runs backwards.")]
    [InlineData("10.0.0.1-10.0.3.231 10.0.0.1-2", "At most 1000 hosts can be named at once.")]
    [InlineData("10.0.0.1-5\0", "A name or address holds characters that are not seen. Type it anew.")]
    [InlineData("10.0.0.0-10.1.0.0", "The range \"10.0.0.0-10.1.0.0\" has 65537 addresses; at most 1000 are taken.")]
    public void Find_NothingOrAWrongRange_IsSaid(string? text, string message)
    {
        var error = Assert.Single(Assert.Throws<InvalidInputException>(() => HostChoice.Find(text, Inventory)).Errors);

        Assert.Equal(("addresses", message), (error.Field, error.Message));
    }
}
