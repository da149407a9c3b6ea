using System.Text.Json;
using ClusterPanel.Core.Clusters;

namespace ClusterPanel.Core.Tests.Clusters;

public sealed class KubernetesVersionTests
{
    [Theory]
    [InlineData("v1.20.2", "v1.20.2")]
    [InlineData("1.31.0", "v1.31.0")]
    [InlineData("v1.29.0-rc.1", "v1.29.0")]
    [InlineData("v1.28.3+k3s1", "v1.28.3")]
    public void Parse_Version_IsReadAndWritten(string text, string expected) => Assert.Equal(expected, KubernetesVersion.Parse(text).ToString());

    [Theory]
    [InlineData("")]
    [InlineData("v1.20")]
    [InlineData("1.20.x")]
    [InlineData("version 1.20.2")]
    [InlineData("v1.20.2; reboot")]
    [InlineData("v1.20.2\n")]
    [InlineData("v1.99999.2")]
    public void Parse_SomethingElse_IsAnError(string text)
    {
        Assert.False(KubernetesVersion.TryParse(text, out _));
        Assert.Throws<FormatException>(() => KubernetesVersion.Parse(text));
    }

    [Fact]
    public void TryParse_Null_IsFalse() => Assert.False(KubernetesVersion.TryParse(null, out _));

    [Theory]
    [InlineData("v1.22.0", 1, 22, true)]
    [InlineData("v1.21.9", 1, 22, false)]
    [InlineData("v1.100.0", 1, 31, true)]
    [InlineData("v2.0.0", 1, 31, true)]
    [InlineData("v0.99.0", 1, 1, false)]
    public void IsAtLeast_EachVersion_IsCompared(string version, int major, int minor, bool expected) =>
        Assert.Equal(expected, KubernetesVersion.Parse(version).IsAtLeast(major, minor));

    [Fact]
    public void Json_Version_IsItsText()
    {
        Assert.Equal("\"v1.20.2\"", JsonSerializer.Serialize(new KubernetesVersion(1, 20, 2)));
        Assert.Equal(new KubernetesVersion(1, 20, 2), JsonSerializer.Deserialize<KubernetesVersion>("\"v1.20.2\""));
    }
}
