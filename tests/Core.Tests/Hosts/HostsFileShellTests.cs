using ClusterPanel.Core.Hosts;
using ClusterPanel.Core.Tests.Shell;

namespace ClusterPanel.Core.Tests.Hosts;

/// <summary>The texts for /etc/hosts, run for real on a file of the test.</summary>
public sealed class HostsFileShellTests : IDisposable
{
    private const string Foreign = "127.0.0.1 localhost\n# a comment\n10.0.0.9  other other.example\n";
    private const string Block = "# clusterpanel begin: kept by ClusterPanel, do not edit\n10.0.0.11 h1\n10.0.0.11 apiserver.cluster.local\n# clusterpanel end\n";
    private readonly Sandbox _box = new();

    public void Dispose() => _box.Dispose();

    [Fact]
    public async Task Write_FileOfOthers_AddsTheLinesAndKeepsTheirs() => Assert.Equal(Foreign + Block, await WriteAsync(Foreign));

    [Fact]
    public async Task Write_Twice_IsTheSame() => Assert.Equal(Foreign + Block, await WriteAsync(await WriteAsync(Foreign)));

    [Fact]
    public async Task Write_OldLinesThere_ReplacesThemAndKeepsWhatStandsBehind() =>
        Assert.Equal(Foreign + "10.0.0.8 behind\n" + Block, await WriteAsync(Foreign + "# clusterpanel begin: old words\n10.0.0.1 old\n# clusterpanel end\n10.0.0.8 behind\n"));

    [Theory]
    [InlineData("# clusterpanel begin: old words\n10.0.0.1 old\n10.0.0.8 behind\n", "10.0.0.1 old\n10.0.0.8 behind\n")]
    [InlineData("10.0.0.1 old\n# clusterpanel end\n10.0.0.8 behind\n", "10.0.0.1 old\n10.0.0.8 behind\n")]
    [InlineData("# clusterpanel begin: x\n10.0.0.7 kept\n# clusterpanel begin: y\n10.0.0.1 old\n# clusterpanel end\n", "10.0.0.7 kept\n")]
    public async Task Write_HalfOfTheMarksIsLost_LosesNoLineOfOthers(string broken, string kept) =>
        Assert.Equal(Foreign + kept + Block, await WriteAsync(Foreign + broken));

    [Fact]
    public async Task Write_NoLineBreakAtTheEnd_DoesNotGlueLines() => Assert.Equal(Foreign + Block, await WriteAsync(Foreign.TrimEnd('\n')));

    [Fact]
    public async Task Write_EmptyFile_HasOnlyTheLines() => Assert.Equal(Block, await WriteAsync(""));

    [Fact]
    public async Task Write_FileCannotBeReplaced_IsWrittenInPlace()
    {
        // As with a bind mount: rename(2) answers EBUSY.
        _box.Folder.Program("mv", "case $* in *hosts.clusterpanel*) echo 'mv: Device or resource busy' >&2; exit 1 ;; esac\nexec /bin/mv \"$@\"\n");

        Assert.Equal(Foreign + Block, await WriteAsync(Foreign));
        Assert.Equal(["hosts"], Directory.GetFiles(_box.Folder["etc"]).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Write_VariableInALine_IsExpanded()
    {
        _box.Folder.Write("etc/hosts", Foreign);

        var result = await _box.RunPlannedAsync("join-control-plane", "h2", "point-elsewhere", "10.0.0.11\n");

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Contains("10.0.0.12 h2\n10.0.0.11 apiserver.cluster.local\n", _box.Folder.Read("etc/hosts"));
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("10.0.0.1; reboot\n")]
    [InlineData("$(reboot)\n")]
    public async Task PointElsewhere_NoAddress_ChangesNothing(string address)
    {
        _box.Folder.Write("etc/hosts", Foreign);

        var result = await _box.RunPlannedAsync("join-control-plane", "h2", "point-elsewhere", address);

        Assert.Equal(1, result.ExitCode);
        Assert.Equal(Foreign, _box.Folder.Read("etc/hosts"));
    }

    [Fact]
    public async Task Read_OfWritten_PrintsTheLinesOnly()
    {
        await WriteAsync(Foreign);

        Assert.Equal("10.0.0.11 h1\n10.0.0.11 apiserver.cluster.local\n", (await _box.RunAsync(HostsFile.Read)).Output);
    }

    [Theory]
    [InlineData("127.0.0.1 localhost\n")]
    [InlineData("127.0.0.1 localhost\n# clusterpanel begin: kept by ClusterPanel, do not edit\n10.0.0.66 apiserver.cluster.local\n# clusterpanel end\n")]
    [InlineData("")]
    public async Task Keeper_LinesWereLost_PutsThemBackAndSaysSo(string written)
    {
        await WriteAsync(Foreign);
        _box.Folder.Write("etc/hosts", written);

        var result = await _box.RunAsync(HostsFile.Keeper);

        Assert.Equal((0, "the lines of ClusterPanel in /etc/hosts were lost, and are there again\n", ""), (result.ExitCode, result.Output.Replace(_box.Folder.Path, "", StringComparison.Ordinal), result.Error));
        Assert.Equal((written.Length > 0 ? "127.0.0.1 localhost\n" : "") + Block, _box.Folder.Read("etc/hosts"));
    }

    [Fact]
    public async Task Keeper_FileWasDeleted_MakesItAgain()
    {
        await WriteAsync(Foreign);
        File.Delete(_box.Folder["etc/hosts"]);

        Assert.Equal(0, (await _box.RunAsync(HostsFile.Keeper)).ExitCode);

        Assert.Equal(Block, _box.Folder.Read("etc/hosts"));
    }

    [Fact]
    public async Task Keeper_LinesAreThere_DoesNotTouchTheFile()
    {
        await WriteAsync(Foreign);
        File.SetLastWriteTimeUtc(_box.Folder["etc/hosts"], DateTime.UnixEpoch);

        var result = await _box.RunAsync(HostsFile.Keeper);

        Assert.Equal((0, ""), (result.ExitCode, result.Output));
        Assert.Equal(DateTime.UnixEpoch, File.GetLastWriteTimeUtc(_box.Folder["etc/hosts"]));
    }

    [Fact]
    public async Task ApiServerName_LookChangeLook_EndsRight()
    {
        _box.Folder.Program("systemctl", $"echo \"$*\" >> {_box.Folder.Path}/systemctl\ncase $1 in is-*) grep -qx 'restart clusterpanel-hosts.path' {_box.Folder.Path}/systemctl ;; esac\n");
        Directory.CreateDirectory(_box.Folder["etc/systemd/system"]);
        _box.Folder.Write("etc/hosts", Foreign);
        _box.Folder.Write("etc/cloud/cloud.cfg", "users: []\nmanage_etc_hosts: true\n");
        Directory.CreateDirectory(_box.Folder["etc/cloud/cloud.cfg.d"]);

        Assert.Equal("the lines are: \n", (await _box.RunPlannedAsync("api-server-name", "h4", "hosts")).Output);
        Assert.Equal(0, (await _box.RunPlannedAsync("api-server-name", "h4", "write-hosts")).ExitCode);

        Assert.Equal("right\n", (await _box.RunPlannedAsync("api-server-name", "h4", "hosts")).Output);
        Assert.Equal("manage_etc_hosts: false\n", _box.Folder.Read("etc/cloud/cloud.cfg.d/99-clusterpanel.cfg"));
    }

    private async Task<string> WriteAsync(string before)
    {
        _box.Folder.Write("etc/hosts", before);
        var result = await _box.RunAsync("set -eu\n" + HostsFile.Write(["10.0.0.11 h1", "10.0.0.11 apiserver.cluster.local"]));
        Assert.Equal((0, "", ""), (result.ExitCode, result.Output, result.Error));
        return _box.Folder.Read("etc/hosts");
    }
}
