using ClusterPanel.Web.Hosting;
using Microsoft.Extensions.Configuration;

namespace ClusterPanel.Web.Tests.Hosting;

/// <summary>Settings that are judged before anything is started.</summary>
public sealed class ListenAddressesTests
{
    [Theory]
    [InlineData("http://localhost:8080")]
    [InlineData("http://127.0.0.1:0")]
    [InlineData("http://[::1]:8080")]
    [InlineData("https://0.0.0.0:8443")]
    [InlineData("http://localhost:8080;https://panel.example.org")]
    public void Read_UsableAddress_IsTaken(string value) =>
        Assert.Equal(value.Split(';'), ListenAddresses.Read(Configuration(("Panel:Listen", value), ("Kestrel:Certificates:Default:Subject", "panel"))));

    [Theory]
    [InlineData("192.0.2.5", "https://192.0.2.5:8443")]
    [InlineData("0.0.0.0:443", "https://0.0.0.0:443")]
    [InlineData("::", "https://[::]:8443")]
    [InlineData("[2001:db8::1]:9443", "https://[2001:db8::1]:9443")]
    [InlineData("panel.example.org", "https://panel.example.org:8443")]
    public void Read_AddressAlone_IsServedByHttps(string value, string address) =>
        Assert.Equal([address], ListenAddresses.Read(Configuration(("Panel:Listen", value))));

    [Fact]
    public void NeedCertificate_HttpsWithoutOne_IsTrue()
    {
        Assert.True(ListenAddresses.NeedCertificate(["https://0.0.0.0:8443"], Configuration()));
        Assert.False(ListenAddresses.NeedCertificate(["http://localhost:8080"], Configuration()));
        Assert.False(ListenAddresses.NeedCertificate(["https://0.0.0.0:8443"], Configuration(("Kestrel:Certificates:Default:Path", "x"))));
    }

    [Fact]
    public void Read_EndpointsOfKestrelsOwn_AreRefused()
    {
        var error = Assert.Throws<WrongSettingException>(() => ListenAddresses.Read(Configuration(("Panel:Listen", "http://localhost:8080"), ("Kestrel:Endpoints:Http:Url", "http://0.0.0.0:80"))));

        Assert.Equal("The setting Kestrel:Endpoints is not used by the panel: Panel:Listen says where it is served.", error.Message);
    }

    [Fact]
    public void Read_HttpBehindNamedProxies_IsTaken() =>
        Assert.Equal(["http://0.0.0.0:8080"], ListenAddresses.Read(Configuration(("Panel:Listen", "http://0.0.0.0:8080"), ("Panel:TrustedProxies:0", "10.0.0.0/8"))));

    [Fact]
    public void Read_ProxyThatIsNoAddress_NamesTheSetting()
    {
        var error = Assert.Throws<WrongSettingException>(() => ListenAddresses.Read(Configuration(("Panel:Listen", "http://0.0.0.0:8080"), ("Panel:TrustedProxies:0", "nginx"))));

        Assert.Equal("The setting Panel:TrustedProxies must name addresses or networks such as 192.0.2.5 or 10.0.0.0/8, not \"nginx\".", error.Message);
    }

    [Fact]
    public void Read_CertificateFileThatIsNotThere_NamesSettingAndFile()
    {
        var error = Assert.Throws<WrongSettingException>(() =>
            ListenAddresses.Read(Configuration(("Panel:Listen", "https://0.0.0.0:8443"), ("Kestrel:Certificates:Default:Path", "/nowhere/panel.crt"))));

        Assert.Equal("The setting Kestrel:Certificates:Default:Path names the file /nowhere/panel.crt, which is not there.", error.Message);
    }

    [Theory]
    [InlineData("Panel:Lisen")]
    [InlineData("Panel:Package:0")]
    [InlineData("Database:Connection")]
    [InlineData("Log:KeepDay")]
    public void Check_MisspeltSetting_IsNamedWithThoseThereAre(string name)
    {
        var error = Assert.Throws<WrongSettingException>(() => KnownSettings.Check(Configuration((name, "x"))));

        Assert.Contains(name[..name.IndexOf(':', StringComparison.Ordinal)] + ":", error.Message, StringComparison.Ordinal);
        Assert.Contains("Panel:Listen, Panel:DataDirectory", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_SettingsOfTheReadme_AreKnown()
    {
        var known = Configuration(("Panel:Listen", "x"), ("panel:datadirectory", "x"), ("Panel:MasterKeyFile", "x"), ("Panel:Packages:0", "x"), ("Panel:TrustedProxies:0", "x"), ("Database:ConnectionString", "x"), ("Log:KeepDays", "30"));

        Assert.Null(Record.Exception(() => KnownSettings.Check(known)));
    }

    [Theory]
    [InlineData("a year")]
    [InlineData("1.5")]
    [InlineData("")]
    public void Check_NumberThatIsNone_IsNamed(string value)
    {
        var error = Assert.Throws<WrongSettingException>(() => KnownSettings.Check(Configuration(("Log:KeepDays", value))));

        Assert.Equal($"The setting Log:KeepDays must be a whole number, not \"{value}\".", error.Message);
    }

    [Theory]
    [InlineData("", "is empty")]
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
