using ClusterPanel.Core.Deployments;
using ClusterPanel.Core.Tests.Shell;

namespace ClusterPanel.Core.Tests.Deployments;

/// <summary>The fence, run for real.</summary>
public sealed class FenceShellTests : IDisposable
{
    private readonly Sandbox _box = new();
    private string Lease => _box.Folder.Read("var/lib/clusterpanel/lease");
    private bool Ran => File.Exists(_box.Folder["etc/ran"]);

    public void Dispose() => _box.Dispose();

    [Fact]
    public async Task Guard_FirstClaim_WritesTheLeaseAndRunsTheScript()
    {
        var result = await RunAsync(Samples.Fence);

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.True(Ran);
        Assert.Equal($"{Samples.PanelId} {Samples.ClusterId} 7 panel-1:42:abcd\n", Lease);
    }

    [Theory]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(1234567890123)]
    public async Task Guard_SameOrHigherToken_RunsAndIsRemembered(long token)
    {
        await RunAsync(Samples.Fence);

        var result = await RunAsync(Samples.Fence with { Token = token });

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(token.ToString(System.Globalization.CultureInfo.InvariantCulture), Lease.Split(' ')[2]);
    }

    [Fact]
    public async Task Guard_LowerToken_IsOutdatedAndChangesNothing()
    {
        await RunAsync(Samples.Fence);
        File.Delete(_box.Folder["etc/ran"]);

        var result = await RunAsync(Samples.Fence with { Token = 6 });

        Assert.Equal(Fence.Outdated, result.ExitCode);
        Assert.Equal("a newer writer was here: token 7 of panel-1:42:abcd, ours is 6\n", result.Error);
        Assert.False(Ran);
        Assert.Equal("7", Lease.Split(' ')[2]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Guard_OtherPanelOrCluster_IsForeignWhateverTheToken(bool otherPanel)
    {
        await RunAsync(Samples.Fence);
        File.Delete(_box.Folder["etc/ran"]);
        var other = Guid.NewGuid();

        var result = await RunAsync(otherPanel ? Samples.Fence with { Panel = other, Token = 99 } : Samples.Fence with { Cluster = other, Token = 99 });

        Assert.Equal(Fence.Foreign, result.ExitCode);
        Assert.Contains($"belongs to cluster {Samples.ClusterId} of panel {Samples.PanelId}", result.Error);
        Assert.False(Ran);
        Assert.Equal("7", Lease.Split(' ')[2]);
    }

    [Fact]
    public async Task TakeOver_HostOfAnotherPanel_BecomesOursAndKeepsTheOldMark()
    {
        await RunAsync(Samples.Fence);
        var old = Lease;
        var ours = Samples.Fence with { Panel = Guid.NewGuid(), Token = 1 };

        Assert.Equal(0, (await _box.RunAsync(ours.TakeOver(":"))).ExitCode);

        Assert.Equal(old, _box.Folder.Read("var/lib/clusterpanel/lease.taken-over"));
        Assert.True(ours.IsOurs(string.Join(' ', Lease.Split(' ').Take(2))));
        Assert.Equal(0, (await RunAsync(ours)).ExitCode);
        Assert.Equal(Fence.Foreign, (await RunAsync(Samples.Fence)).ExitCode);
    }

    [Fact]
    public async Task Guard_LockIsHeld_IsBusyAndChangesNothing()
    {
        Tool.Require("flock");
        Directory.CreateDirectory(_box.Folder["var/lib/clusterpanel"]);
        using var holder = Tool.Start("flock", [_box.Folder["var/lib/clusterpanel/lock"], "sh", "-c", "echo held; cat"]);
        try
        {
            Assert.Equal("held", await holder.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));

            var result = await _box.RunAsync(Text(Samples.Fence).Replace("flock -w 40", "flock -w 0", StringComparison.Ordinal));

            Assert.Equal(Fence.Busy, result.ExitCode);
            Assert.False(Ran);
            Assert.False(File.Exists(_box.Folder["var/lib/clusterpanel/lease"]));
        }
        finally
        {
            holder.StandardInput.Close();
            holder.Kill(entireProcessTree: true);
        }
    }

    [Fact]
    public async Task Guard_CommandInTheScriptFails_StopsThereWithItsExitCode()
    {
        var result = await _box.RunAsync(Samples.Fence.Guard("(exit 12)\n: > /etc/ran"));

        Assert.Equal(12, result.ExitCode);
        Assert.False(Ran);
    }

    [Fact]
    public async Task Guard_ScriptReadsItsInput_GetsAllOfIt()
    {
        var result = await _box.RunAsync(Samples.Fence.Guard("cat"), "a secret\nof two lines\n");

        Assert.Equal("a secret\nof two lines\n", result.Output);
    }

    private Task<ToolResult> RunAsync(Fence fence) => _box.RunAsync(Text(fence));

    private static string Text(Fence fence) => fence.Guard(": > /etc/ran");
}
