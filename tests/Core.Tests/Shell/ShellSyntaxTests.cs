using System.Text;

namespace ClusterPanel.Core.Tests.Shell;

public sealed class ShellSyntaxTests
{
    // The load balancer's configuration is only on the host: it cannot be followed (SC1090, SC1091), and MODE is set there (SC2153).
    private static readonly string[] Excluded = ["SC1090", "SC1091", "SC2153"];

    public static TheoryData<string> Names => [.. ShellTexts.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Text_OfEachCommand_IsUnderstoodByDash(string name)
    {
        Tool.Require("dash");

        var result = await Tool.RunAsync("dash", ["-n"], Encoding.UTF8.GetBytes(ShellTexts.All[name]));

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Text_OfEachCommand_IsUnderstoodByBusybox(string name)
    {
        Tool.Require("busybox");

        var result = await Tool.RunAsync("busybox", ["sh", "-n"], Encoding.UTF8.GetBytes(ShellTexts.All[name]));

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Text_OfEachCommand_PassesShellcheck(string name)
    {
        Tool.Require("shellcheck");

        var result = await Tool.RunAsync("shellcheck", ["-s", "sh", "-f", "gcc", "-e", string.Join(',', Excluded), "-"], Encoding.UTF8.GetBytes(ShellTexts.All[name]));

        Assert.True(result.ExitCode == 0, result.Output + result.Error);
    }

    [Fact]
    public async Task Shellcheck_BrokenText_Fails()
    {
        Tool.Require("shellcheck");

        var result = await Tool.RunAsync("shellcheck", ["-s", "sh", "-f", "gcc", "-"], Encoding.UTF8.GetBytes("rm -rf $unset/*\n"));

        Assert.Equal(1, result.ExitCode);
    }
}
