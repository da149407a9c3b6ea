using ClusterPanel.Core.Tests.Fakes;

namespace ClusterPanel.Core.Tests.Steps;

/// <summary>The steps that are one look, one change and the same look again.</summary>
public sealed class SimpleStepTests
{
    public static TheoryData<string, string, string, string, string> Steps => new()
    {
        { "kernel-settings", "h1", "settings", "right", "apply-settings" },
        { "swap-off", "h1", "swap", "off", "swap-off" },
        { "api-server-name", "h4", "hosts", "right", "write-hosts" },
        { "kubernetes-binaries", "h1", "binaries", "right", "install-binaries" },
        { "import-images", "h4", "images", "complete", "import" },
        { "kubectl", "h1", "configured", "right", "configure" },
        { "node-services", "h4", "services", "right", "start-services" },
    };

    [Theory]
    [MemberData(nameof(Steps))]
    public void RunAsync_SomethingIsMissing_ChangesAndLooksAgain(string step, string host, string look, string right, string change)
    {
        var bench = new StepBench(step, host).On(host, look, "something is missing", right);

        bench.Run();

        Assert.Equal([$"{host} {look}", $"{host} {change}", $"{host} {look}"], bench.Did);
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public void RunAsync_EverythingIsRight_ChangesNothing(string step, string host, string look, string right, string change)
    {
        var bench = new StepBench(step, host).On(host, look, right + "\n");

        bench.Run();

        Assert.Equal([$"{host} {look}"], bench.Did);
        Assert.DoesNotContain(bench.Did, d => d.EndsWith(change, StringComparison.Ordinal) && change != look);
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public void RunAsync_ChangeFails_FailsWithItsExitCodeAndLastLines(string step, string host, string look, string right, string change)
    {
        var bench = new StepBench(step, host).On(host, look, "something is missing", right).On(host, change, FakeSessions.Result(4, "", "no space left\n"));

        var e = bench.RunFails();

        Assert.Equal(4, e.ExitCode);
        Assert.Equal("no space left", e.LastLines[^1]);
        Assert.Equal(host, e.HostName);
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public void RunAsync_ChangeHasNoEffect_FailsAndSaysWhatIsMissing(string step, string host, string look, string right, string change)
    {
        var bench = new StepBench(step, host).On(host, look, "something is missing");

        var e = bench.RunFails();

        Assert.NotEqual("something is missing", right);
        Assert.Equal(["something is missing"], e.LastLines);
        Assert.Single(bench.Changes, $"{host} {change}");
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public void RunAsync_LookFails_FailsAndChangesNothing(string step, string host, string look, string right, string change)
    {
        var bench = new StepBench(step, host).On(host, look, FakeSessions.Result(2, right, "I/O error\n"));

        var e = bench.RunFails();

        Assert.Equal(2, e.ExitCode);
        Assert.Equal([$"{host} {look}"], bench.Did);
        Assert.NotEqual("", change);
    }
}
