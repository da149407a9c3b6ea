using ClusterPanel.Core.Access;
using ClusterPanel.Web.Hosting;
using ClusterPanel.Web.Tests.OpenId;
using Microsoft.Extensions.Configuration;

namespace ClusterPanel.Web.Tests.Hosting;

public sealed class OpenIdConnectSettingsTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("clusterpanel-web-tests-").FullName;

    [Fact]
    public void Read_NothingSet_IsNone()
    {
        Assert.Null(OpenIdConnectSettings.Read(Configuration([])));
        Assert.Null(OpenIdConnectSettings.Read(Configuration(new() { ["OpenIdConnect:Authority"] = "" })));
    }

    [Fact]
    public void Read_WhatMustBeSet_HasDefaultsForTheRest()
    {
        var settings = OpenIdConnectSettings.Read(Configuration(Complete()))!;

        Assert.Equal(("https://id.example.org/", "panel", "s3cret"), (settings.Authority.AbsoluteUri, settings.ClientId, settings.ClientSecret));
        Assert.Equal(("preferred_username", "roles", "OpenID Connect"), (settings.NameClaim, settings.RoleClaim, settings.DisplayName));
        Assert.DoesNotContain("s3cret", settings.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void RoleOf_Values_IsTheHighestOrNone()
    {
        var set = Complete();
        set["OpenIdConnect:Operators:0"] = "ops";
        set["OpenIdConnect:Operators:1"] = "admins";
        set["OpenIdConnect:Viewers"] = "cn=all,dc=example";
        var settings = OpenIdConnectSettings.Read(Configuration(set))!;

        Assert.Equal(Role.Administrator, settings.RoleOf(["ops", "admins"]));
        Assert.Equal(Role.Operator, settings.RoleOf(["x", "ops", "cn=all,dc=example"]));
        Assert.Equal(Role.Viewer, settings.RoleOf(["cn=all,dc=example"]));
        Assert.Null(settings.RoleOf(["Ops", "Administrator", ""]));
        Assert.Null(settings.RoleOf([]));
    }

    [Theory]
    [InlineData("OpenIdConnect:Authority")]
    [InlineData("OpenIdConnect:ClientId")]
    [InlineData("OpenIdConnect:ClientSecretFile")]
    [InlineData("OpenIdConnect:Administrators:0")]
    public void Read_OneIsMissing_IsNamed(string setting)
    {
        var set = Complete();
        set.Remove(setting);

        var error = Assert.Throws<WrongSettingException>(() => OpenIdConnectSettings.Read(Configuration(set)));

        Assert.Contains(setting.Replace(":0", "", StringComparison.Ordinal), error.Message, StringComparison.Ordinal);
        Assert.Equal(1, error.Message.Count(c => c == '.'));
    }

    [Theory]
    [InlineData("id.example.org", "must be an address")]
    [InlineData("ftp://id.example.org", "must be an address")]
    [InlineData("https://id.example.org/?a=b", "must be an address")]
    [InlineData("https://user@id.example.org", "must be an address")]
    [InlineData("http://id.example.org", "without encryption")]
    [InlineData("http://localhost.example.org", "without encryption")]
    public void Read_WrongAuthority_IsNamedWithTheReason(string value, string reason)
    {
        var set = Complete();
        set["OpenIdConnect:Authority"] = value;

        var error = Assert.Throws<WrongSettingException>(() => OpenIdConnectSettings.Read(Configuration(set)));

        Assert.StartsWith("The setting OpenIdConnect:Authority ", error.Message, StringComparison.Ordinal);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://localhost:9000/realms/x")]
    [InlineData("http://127.0.0.1:9000")]
    [InlineData("http://[::1]:9000")]
    public void Read_HttpOnLoopback_IsTaken(string value)
    {
        var set = Complete();
        set["OpenIdConnect:Authority"] = value;

        Assert.Equal(new Uri(value), OpenIdConnectSettings.Read(Configuration(set))!.Authority);
    }

    [Theory]
    [InlineData("secret", "must be a full path")]
    [InlineData("/nowhere/secret", "is not there")]
    [InlineData("/", "cannot be read")]
    public void Read_SecretFileThatCannotBeUsed_IsNamed(string file, string reason)
    {
        var set = Complete();
        set["OpenIdConnect:ClientSecretFile"] = file;

        var error = Assert.Throws<WrongSettingException>(() => OpenIdConnectSettings.Read(Configuration(set)));

        Assert.StartsWith("The setting OpenIdConnect:ClientSecretFile ", error.Message, StringComparison.Ordinal);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("two\nlines")]
    public void Read_SecretFileWithoutASecret_IsNamedWithoutItsContent(string content)
    {
        var set = Complete();
        set["OpenIdConnect:ClientSecretFile"] = SecretFile.Write(_directory, content);

        var error = Assert.Throws<WrongSettingException>(() => OpenIdConnectSettings.Read(Configuration(set)));

        Assert.Contains("must hold the client's secret on one line", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("two", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.OtherWrite)]
    public void Read_SecretFileForOthers_IsRefused(UnixFileMode further)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no file modes.");
        var set = Complete();
        set["OpenIdConnect:ClientSecretFile"] = SecretFile.Write(_directory, "s3cret", UnixFileMode.UserRead | UnixFileMode.UserWrite | further);

        var error = Assert.Throws<WrongSettingException>(() => OpenIdConnectSettings.Read(Configuration(set)));

        Assert.Contains("chmod 600", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_SettingsOfTheDocument_AreKnownAndAMisspeltOneIsNot()
    {
        Assert.Null(Record.Exception(() => KnownSettings.Check(Configuration(Complete()))));
        Assert.Null(Record.Exception(() => KnownSettings.Check(Configuration(OpenIdConnectSettings.Names.ToDictionary(n => n, _ => (string?)"x")))));

        var error = Assert.Throws<WrongSettingException>(() => KnownSettings.Check(Configuration(new() { ["OpenIdConnect:ClientSecret"] = "s3cret" })));

        Assert.Contains("There is no setting OpenIdConnect:ClientSecret;", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", error.Message, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private Dictionary<string, string?> Complete() => new()
    {
        ["OpenIdConnect:Authority"] = "https://id.example.org",
        ["OpenIdConnect:ClientId"] = "panel",
        ["OpenIdConnect:ClientSecretFile"] = SecretFile.Write(_directory, "s3cret"),
        ["OpenIdConnect:Administrators:0"] = "admins",
    };

    private static IConfiguration Configuration(Dictionary<string, string?> settings) => new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
}
