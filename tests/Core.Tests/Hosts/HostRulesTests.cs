using ClusterPanel.Core.Hosts;

namespace ClusterPanel.Core.Tests.Hosts;

public sealed class HostRulesTests
{
    [Fact]
    public void Check_GoodHost_HasNoErrors() => Assert.Empty(HostRules.Check(new NewHost("h1", "10.0.0.1", 22, "root")));

    [Fact]
    public void Check_EverythingWrong_NamesEveryField() =>
        Assert.Equal(["name", "address", "port", "user"], HostRules.Check(new NewHost("", "", 0, "")).Select(e => e.Field));

    [Theory]
    [InlineData("10.0.0.1")]
    [InlineData("::1")]
    [InlineData("2001:db8::7")]
    [InlineData("h1")]
    [InlineData("a.b.c")]
    [InlineData("3com.example")]
    [InlineData("xn--bcher-kva.example")]
    public void IsAddress_AddressOrName_IsTrue(string address) => Assert.True(HostRules.IsAddress(address));

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("10.0.0")]
    [InlineData("167772161")]
    [InlineData("0x0a000001")]
    [InlineData("1.2.3.4.5")]
    [InlineData("010.0.0.1")]
    [InlineData("[::1]")]
    [InlineData("[fd00::1]:2222")]
    [InlineData("fe80::1%2")]
    [InlineData("-a.example")]
    [InlineData("a-.example")]
    [InlineData("a..b")]
    [InlineData("a.b.")]
    [InlineData("a_b")]
    [InlineData("a b")]
    [InlineData("a\n")]
    [InlineData("10.0.0.1\n")]
    [InlineData("bücher.example")]
    public void IsAddress_SomethingElse_IsFalse(string address) => Assert.False(HostRules.IsAddress(address));

    [Fact]
    public void IsAddress_NameOver253Letters_IsFalse()
    {
        var name = string.Join('.', Enumerable.Repeat(new string('a', 63), 4));

        Assert.False(HostRules.IsAddress(name));
        Assert.True(HostRules.IsAddress(name[..253].TrimEnd('.')));
    }

    [Theory]
    [InlineData("root", true)]
    [InlineData("_svc", true)]
    [InlineData("Jane.Doe-2", true)]
    [InlineData("2root", false)]
    [InlineData("-l", false)]
    [InlineData("ro ot", false)]
    [InlineData("root\n", false)]
    [InlineData("a;b", false)]
    [InlineData("", false)]
    [InlineData("abcdefghijklmnopqrstuvwxyzabcdef", true)]
    [InlineData("abcdefghijklmnopqrstuvwxyzabcdefg", false)]
    public void IsUser_EachName_IsJudged(string user, bool expected) => Assert.Equal(expected, HostRules.IsUser(user));

    [Theory]
    [InlineData("10.0.0.1", 22, "10.0.0.1")]
    [InlineData("10.0.0.1", 2222, "10.0.0.1:2222")]
    [InlineData("fd00::1", 22, "fd00::1")]
    [InlineData("fd00::1", 2222, "[fd00::1]:2222")]
    public void Endpoint_EachAddress_IsWrittenAsOperatorsDo(string address, int port, string expected) =>
        Assert.Equal(expected, new Host { Name = "h", Address = address, Port = port, CredentialId = Guid.Empty }.Endpoint);

    [Theory]
    [InlineData("plain-1.2_3:/@%+=,", "plain-1.2_3:/@%+=,")]
    [InlineData("", "''")]
    [InlineData("a b", "'a b'")]
    [InlineData("a'b", "'a'\\''b'")]
    [InlineData("$(reboot)", "'$(reboot)'")]
    public void Quote_EachText_IsOneWord(string text, string expected) => Assert.Equal(expected, ShellText.Quote(text));
}
