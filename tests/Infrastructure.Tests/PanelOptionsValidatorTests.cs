namespace ClusterPanel.Infrastructure.Tests;

public sealed class PanelOptionsValidatorTests
{
    [Fact]
    public void Validate_PackageThatIsNotThere_NamesSettingAndFile()
    {
        var options = new PanelOptions { DataDirectory = Path.GetTempPath() };
        options.Packages.Add("/nowhere/kube.tar.gz");

        var result = new PanelOptionsValidator().Validate(null, options);

        Assert.Equal("The setting Panel:Packages names the file /nowhere/kube.tar.gz, which is not there.", result.FailureMessage);
    }

    [Theory]
    [InlineData("relative", "", "Panel:DataDirectory must be a full path")]
    [InlineData("/etc/hostname", "", "Panel:DataDirectory names the file")]
    [InlineData("/tmp", "relative", "Panel:MasterKeyFile must be a full path")]
    public void Validate_WrongPath_NamesTheSetting(string data, string key, string expected)
    {
        var result = new PanelOptionsValidator().Validate(null, new PanelOptions { DataDirectory = data, MasterKeyFile = key });

        Assert.Contains(expected, result.FailureMessage, StringComparison.Ordinal);
    }

    [Fact]
    public void Validate_Defaults_AreFine() =>
        Assert.True(new PanelOptionsValidator().Validate(null, new PanelOptions { DataDirectory = Path.GetTempPath() }).Succeeded);
}
