using ClusterPanel.Web.Hosting;
using Microsoft.Extensions.Configuration;

namespace ClusterPanel.Web.Tests.Hosting;

public sealed class ListenAddressesTests
{
    [Theory]
    [InlineData("http://localhost:8080")]
    [InlineData("http://127.0.0.1:0")]
    [InlineData("http://[::1]:8080")]
    [InlineData("https://0.0.0.0:8443")]
    [InlineData("http://localhost:8080;https://panel.example.org")]
    public void Read_UsableAddress_IsTaken(string value) =>
        Assert.Equal(value.Split(';'), ListenAddresses.Read(Configuration(("Panel:Listen", value))));

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("localhost:8080", "must")]
    [InlineData("ftp://localhost", "http:// or https://")]
    [InlineData("http://0.0.0.0:8080", "without encryption")]
    [InlineData("http://panel.example.org", "without encryption")]
    public void Read_WrongAddress_IsOneSentenceThatNamesTheSetting(string value, string reason)
    {
        var error = Assert.Throws<WrongSettingException>(() => ListenAddresses.Read(Configuration(("Panel:Listen", value))));

        Assert.StartsWith("The setting Panel:Listen ", error.Message, StringComparison.Ordinal);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_Urls_WinOverTheSetting() =>
        Assert.Equal(["http://localhost:1"], ListenAddresses.Read(Configuration(("Panel:Listen", "http://localhost:2"), ("urls", "http://localhost:1"))));

    private static IConfiguration Configuration(params (string Key, string Value)[] settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(s => KeyValuePair.Create<string, string?>(s.Key, s.Value))).Build();
}
