using ClusterPanel.Web.Hosting;

namespace ClusterPanel.Web.Tests.Hosting;

public sealed class RotateMasterKeyTests
{
    [Fact]
    public void Read_CommandLineOfAPanel_IsNotThisCommand()
    {
        Assert.Null(RotateMasterKey.Read([]));
        Assert.Null(RotateMasterKey.Read(["--Panel:Listen=http://localhost:8080"]));
    }

    [Fact]
    public void Read_Settings_AreKept()
    {
        var command = RotateMasterKey.Read(["rotate-master-key", "--Panel:DataDirectory=/srv/clusterpanel"])!;

        Assert.False(command.PrepareOnly);
        Assert.Equal(["--Panel:DataDirectory=/srv/clusterpanel"], command.Settings);
    }

    [Fact]
    public void Read_Prepare_IsNoSetting()
    {
        var command = RotateMasterKey.Read(["rotate-master-key", "--Panel:DataDirectory=/srv/clusterpanel", "--prepare"])!;

        Assert.True(command.PrepareOnly);
        Assert.Equal(["--Panel:DataDirectory=/srv/clusterpanel"], command.Settings);
    }

    [Theory]
    [InlineData("--prepar")]
    [InlineData("prepare")]
    [InlineData("--Panel:DataDirectory")]
    public void Read_AnythingElse_IsRefusedAndNamed(string argument)
    {
        var refused = Assert.Throws<WrongSettingException>(() => RotateMasterKey.Read(["rotate-master-key", argument]));

        Assert.Contains($"\"{argument}\"", refused.Message, StringComparison.Ordinal);
    }
}
