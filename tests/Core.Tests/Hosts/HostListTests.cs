using ClusterPanel.Core.Hosts;

namespace ClusterPanel.Core.Tests.Hosts;

public sealed class HostListTests
{
    [Theory]
    [InlineData("h1 10.0.0.1", "h1", "10.0.0.1", 22, null)]
    [InlineData("h1 10.0.0.1:2222", "h1", "10.0.0.1", 2222, null)]
    [InlineData("h1 10.0.0.1:2222 admin", "h1", "10.0.0.1", 2222, "admin")]
    [InlineData("  h1\t 10.0.0.1   admin  # in the cellar", "h1", "10.0.0.1", 22, "admin")]
    [InlineData("web-1.dc2 web-1.example.org:22", "web-1.dc2", "web-1.example.org", 22, null)]
    [InlineData("h1 fd00::1", "h1", "fd00::1", 22, null)]
    [InlineData("h1 [fd00::1]", "h1", "fd00::1", 22, null)]
    [InlineData("h1 [fd00::1]:2222 ops", "h1", "fd00::1", 2222, "ops")]
    [InlineData("h1 10.0.0.1:65535", "h1", "10.0.0.1", 65535, null)]
    public void Parse_GoodLine_IsAHost(string line, string name, string address, int port, string? user) =>
        Assert.Equal([new NewHost(name, address, port, user)], HostList.Parse(line));

    [Theory]
    [InlineData("web1 10.0.0.21-10.0.0.23", "web1 10.0.0.21, web2 10.0.0.22, web3 10.0.0.23")]
    [InlineData("web09 10.0.0.254-10.0.1.0", "web09 10.0.0.254, web10 10.0.0.255, web11 10.0.1.0")]
    [InlineData("web 10.0.0.21-22", "web 10.0.0.21, web2 10.0.0.22")]
    [InlineData("web7 10.0.0.21-21", "web7 10.0.0.21")]
    public void Parse_Range_NamesCountOn(string line, string hosts) =>
        Assert.Equal(hosts, string.Join(", ", HostList.Parse(line).Select(h => $"{h.Name} {h.Address}")));

    [Fact]
    public void Parse_RangeWithPortAndUser_EveryHostHasThem() =>
        Assert.Equal([new NewHost("w1", "10.0.0.1", 2222, "ops"), new NewHost("w2", "10.0.0.2", 2222, "ops")], HostList.Parse("w1 10.0.0.1-2:2222 ops"));

    [Fact]
    public void Parse_RangeMeetsAnEarlierLine_NamesBoth()
    {
        var e = Assert.Throws<InvalidInputException>(() => HostList.Parse("db 10.0.0.5\nweb1 10.0.0.4-10.0.0.9"));

        Assert.Equal("Line 2: the address 10.0.0.5 stands in line 1 already.", Assert.Single(e.Errors).Message);
    }

    [Theory]
    [InlineData("h1")]
    [InlineData("w1 10.0.0.9-10.0.0.1")]
    [InlineData("w1 10.0.0.9-1")]
    [InlineData("w1 10.0.0.1-")]
    [InlineData("w1 10.0.0.1-300")]
    [InlineData("w1 10.0.0.0-10.9.0.0")]
    [InlineData("w1 10.0.0.1-10.0.0.2-10.0.0.3")]
    [InlineData("h1 10.0.0.1 admin more")]
    [InlineData("h1 10.0.0.1:0")]
    [InlineData("h1 10.0.0.1:65536")]
    [InlineData("h1 10.0.0.1:ssh")]
    [InlineData("h1 10.0.0.1:")]
    [InlineData("h1 10.0.0.1:-22")]
    [InlineData("h1 10.0.0.256")]
    [InlineData("h1 10.0.1")]
    [InlineData("h1 10.0.0.01")]
    [InlineData("h1 fe80::1%eth0")]
    [InlineData("h1 -oProxyCommand=reboot")]
    [InlineData("-h1 10.0.0.1")]
    [InlineData("h_1 10.0.0.1")]
    [InlineData("h1. 10.0.0.1")]
    [InlineData("h1 10.0.0.1 ro'ot")]
    [InlineData("h1 10.0.0.1 -l")]
    [InlineData("h1 $(reboot)")]
    [InlineData("h1 bad..name")]
    public void Parse_BadLine_NamesTheLine(string line)
    {
        var e = Assert.Throws<InvalidInputException>(() => HostList.Parse("ok 10.9.9.9\n" + line));

        var error = Assert.Single(e.Errors);
        Assert.Equal("list", error.Field);
        Assert.StartsWith("Line 2: ", error.Message);
        Assert.EndsWith(".", error.Message);
    }

    [Fact]
    public void Parse_SeveralLines_KeepsOrderAndPassesOverCommentsAndEmptyLines()
    {
        var hosts = HostList.Parse("# masters\r\nh2 10.0.0.2\r\n\r\n   \nh1 10.0.0.1 # the first\r# workers\rh3 10.0.0.3\n");

        Assert.Equal(["h2", "h1", "h3"], hosts.Select(h => h.Name));
    }

    [Theory]
    [InlineData("h1 10.0.0.1\n# x\nH1 10.0.0.2", "the name \"H1\" stands in line 1 already.")]
    [InlineData("h1 10.0.0.1\n# x\nh2 10.0.0.1", "the address 10.0.0.1 stands in line 1 already.")]
    [InlineData("h1 host.example\n# x\nh2 HOST.example", "the address HOST.example stands in line 1 already.")]
    public void Parse_SameTwice_NamesBothLines(string text, string message) =>
        Assert.Equal("Line 3: " + message, Assert.Throws<InvalidInputException>(() => HostList.Parse(text)).Errors[0].Message);

    [Fact]
    public void Parse_SameAddressOnOtherPorts_AreTwoHosts() => Assert.Equal(2, HostList.Parse("h1 10.0.0.1:2201\nh2 10.0.0.1:2202").Count);

    [Fact]
    public void Parse_SeveralBadLines_NamesEachOne()
    {
        var e = Assert.Throws<InvalidInputException>(() => HostList.Parse("h1\nh2 10.0.0.2\nh3 nope!"));

        Assert.Equal(["Line 1", "Line 3"], e.Errors.Select(x => x.Message.Split(':')[0]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n\n# only words\n")]
    public void Parse_NoHost_SaysWhatToWrite(string text) =>
        Assert.Contains("The list is empty", Assert.Throws<InvalidInputException>(() => HostList.Parse(text)).Message);

    [Fact]
    public void Parse_TooMany_IsRefused()
    {
        static string List(int count) => string.Join('\n', Enumerable.Range(0, count).Select(i => $"h{i} 10.1.{i / 250}.{i % 250 + 1}"));

        Assert.Equal(HostList.MaximumHosts, HostList.Parse(List(HostList.MaximumHosts)).Count);
        Assert.Contains("at most 1000", Assert.Throws<InvalidInputException>(() => HostList.Parse(List(HostList.MaximumHosts + 1))).Message);
    }

    [Fact]
    public void Parse_VeryLongWord_IsShownCut()
    {
        var e = Assert.Throws<InvalidInputException>(() => HostList.Parse($"{new string('x', 5000)} 10.0.0.1"));

        Assert.True(e.Message.Length < 300);
    }
}
