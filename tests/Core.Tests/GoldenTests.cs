using Xunit.Sdk;

namespace ClusterPanel.Core.Tests;

public sealed class GoldenTests
{
    [Fact]
    public void Match_AnotherText_FailsAndShowsTheLine()
    {
        Assert.SkipWhen(Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1", "Golden files are being written.");

        var e = Assert.Throws<FailException>(() => Golden.Match("fence", "another text"));

        Assert.Contains("+ another text", e.Message);
        Assert.Contains("- set -eu", e.Message);
    }

    [Fact]
    public void Match_MissingFile_Fails()
    {
        Assert.SkipWhen(Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1", "Golden files are being written.");

        Assert.Throws<TrueException>(() => Golden.Match("no-such-file", "text"));
    }
}
