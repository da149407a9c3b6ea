using System.Globalization;
using ClusterPanel.Core.Deployments;
using ClusterPanel.Core.Hosts;
using ClusterPanel.Core.Tests.Shell;

namespace ClusterPanel.Core.Tests.Deployments;

/// <summary>Detached commands, run for real but for systemd: programs of the test stand in for systemd-run and systemctl.</summary>
public sealed class DetachedUnitShellTests : IDisposable
{
    private static readonly DetachedUnit Unit = DetachedUnit.For(Samples.DeploymentId, "kubeadm-init", "h1.example", 2, "init");
    private readonly Sandbox _box = new();

    public DetachedUnitShellTests()
    {
        var folder = _box.Folder.Path;
        // systemd-run --quiet --unit=NAME COMMAND: in the background, away from the caller.
        _box.Folder.Program("systemd-run", $"echo \"$2\" >> {folder}/started\nshift 2\nsetsid \"$@\" </dev/null >/dev/null 2>&1 &\n");
        _box.Folder.Program("systemctl", $"echo \"$*\" >> {folder}/systemctl\ncat {folder}/state 2>/dev/null || echo active\n");
    }

    private string Directory => _box.Folder[$"var/lib/clusterpanel/run/{Unit.Name}"];

    public void Dispose() => _box.Dispose();

    [Fact]
    public void For_AnyHost_IsAUnitNameWithoutADotOfItsOwn() => Assert.Equal("clusterpanel-cccccccc0000-kubeadm-init-h1_example-2-init", Unit.Name);

    [Fact]
    public async Task Start_Script_RunsWithItsInputAndLeavesOutputAndExitCode()
    {
        await StartAsync("read -r secret\necho \"got $secret\"\necho trouble >&2\nexit 3", "hunter2\n");

        var (follower, lines) = await FollowAsync();

        Assert.Equal(("ended", 3), (follower.State, follower.ExitCode));
        // Order is kept within a stream only.
        Assert.Equal([new OutputLine(LineSource.Output, "got hunter2"), new OutputLine(LineSource.Error, "trouble")], lines.OrderBy(l => l.Stream));
        Assert.Equal($"--unit={Unit.Name}\n", _box.Folder.Read("started"));
    }

    [Fact]
    public async Task Start_Ended_LeavesNoInputBehind()
    {
        await StartAsync("cat >/dev/null", "hunter2\n");
        await FollowAsync();

        Assert.DoesNotContain(System.IO.Directory.GetFiles(Directory).Select(File.ReadAllText), t => t.Contains("hunter2", StringComparison.Ordinal));
        Assert.False(File.Exists(Path.Combine(Directory, "input")));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Directory));
    }

    [Fact]
    public async Task Start_Twice_RunsOnce()
    {
        await StartAsync("echo ran >> /etc/runs", "");
        await FollowAsync();

        await StartAsync("echo ran >> /etc/runs", "input of the second");
        var (follower, _) = await FollowAsync();

        Assert.Equal("ran\n", _box.Folder.Read("etc/runs"));
        Assert.Equal(("ended", 0), (follower.State, follower.ExitCode));
        Assert.Single(File.ReadAllLines(_box.Folder["started"]));
    }

    [Fact]
    public async Task Forget_ThenStart_RunsAnew()
    {
        await StartAsync("echo ran >> /etc/runs", "");
        await FollowAsync();

        Assert.Equal(0, (await _box.RunAsync(Samples.Fence.Guard(Unit.Forget()))).ExitCode);
        await StartAsync("echo ran >> /etc/runs", "");
        await FollowAsync();

        Assert.Equal("ran\nran\n", _box.Folder.Read("etc/runs"));
        Assert.Contains($"reset-failed {Unit.Name}.service", _box.Folder.Read("systemctl"));
    }

    [Fact]
    public async Task Start_ANewerWriterComesBetween_DoesNotRunTheScript()
    {
        var start = Samples.Fence.Guard(Unit.Start(Samples.Fence.Guard(": > /etc/ran")));
        // The newer writer's claim, after the start gave the lock back and before the unit takes it.
        _box.Folder.Program("systemd-run", $"echo '{Samples.PanelId} {Samples.ClusterId} 8 other' > {_box.Folder.Path}/var/lib/clusterpanel/lease\nshift 2\nsetsid \"$@\" </dev/null >/dev/null 2>&1 &\n");

        Assert.Equal(0, (await _box.RunAsync(start)).ExitCode);
        var (follower, _) = await FollowAsync();

        Assert.Equal(Fence.Outdated, follower.ExitCode);
        Assert.False(File.Exists(_box.Folder["etc/ran"]));
    }

    [Fact]
    public async Task Follow_FilesAreShorterThanWhatWasRead_BringsNothingAndTheEnd()
    {
        await StartAsync("echo begun; echo wrong >&2", "");
        await FollowAsync();
        var follower = new UnitFollower(Unit, new StreamOffsets(Unit.Name, 4096, 4096));

        Assert.Empty(await TakeAsync(follower));
        Assert.Equal(("ended", 0), (follower.State, follower.ExitCode));
    }

    [Fact]
    public async Task Follow_CommandStillRuns_BringsWhatThereIsAndThenTheRest()
    {
        await Tool.RunAsync("mkfifo", _box.Folder["etc/gate"]);
        await StartAsync("echo begun\nread -r _ < /etc/gate\necho done", "");
        var follower = Follower();
        var lines = new List<string>();
        while (lines.Count == 0)
        {
            lines.AddRange(await TakeAsync(follower));
        }

        Assert.Equal(["begun"], lines);
        Assert.Equal("running", follower.State);
        await File.WriteAllTextAsync(_box.Folder["etc/gate"], "go\n", TestContext.Current.CancellationToken);
        while (follower.State == "running")
        {
            lines.AddRange(await TakeAsync(follower));
        }

        Assert.Equal(["begun", "done"], lines);
        Assert.Equal(("ended", 0), (follower.State, follower.ExitCode));
    }

    [Fact]
    public async Task Follow_HostIsSlow_EndsByItsClockAndNotByTheNumberOfLooks()
    {
        var (gate, clock, looks) = (_box.Folder["etc/gate"], _box.Folder["proc/uptime"], _box.Folder["looks"]);
        await Tool.RunAsync("mkfifo", gate);
        await StartAsync("read -r _ < /etc/gate", "");
        File.Delete(clock);
        await File.WriteAllTextAsync(clock, "100.50 1.00\n", TestContext.Current.CancellationToken);
        // A look takes four seconds.
        _box.Folder.Program("systemctl", $"echo look >> {looks}\necho \"$((100 + 4 * $(wc -l < {looks}))).50 1.00\" > {clock}\necho active\n");

        var result = await _box.RunAsync(Unit.Follow(0, 0));

        Assert.Equal("running 0 0 -\n", result.Output);
        Assert.Equal(3, File.ReadAllLines(looks).Length);
        await File.WriteAllTextAsync(gate, "go\n", TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Follow_FromStoredOffsets_NeitherLosesNorDoubles()
    {
        await StartAsync("echo one; echo two; echo e1 >&2; echo drei", "");
        await FollowAsync();

        var follower = new UnitFollower(Unit, new StreamOffsets(Unit.Name, 4, 3));
        var lines = await TakeAsync(follower);

        Assert.Equal(["two", "drei"], lines);
        Assert.Equal(new StreamOffsets(Unit.Name, 13, 3), follower.Offsets);
    }

    [Fact]
    public async Task Follow_MuchOutputWithLettersOfSeveralBytes_BringsEveryLineExactly()
    {
        // 450 KB: several chunks, whose borders fall into lines and letters.
        await StartAsync("awk 'BEGIN { for (i = 0; i < 9000; i++) print i \" äöü€ 集群 😀 \" i * 7 \"\\r\" }'", "");

        var (follower, lines) = await FollowAsync();

        Assert.Equal(Enumerable.Range(0, 9000).Select(i => string.Create(CultureInfo.InvariantCulture, $"{i} äöü€ 集群 😀 {i * 7}")), lines.Select(l => l.Text));
        Assert.Equal(new FileInfo(Path.Combine(Directory, "out")).Length, follower.Offsets.Output);
    }

    [Fact]
    public async Task Ends_MoreThanTheHostKeeps_BringsTheLastLinesAndCountsTheRest()
    {
        const string Script = "i=0; while [ $i -lt 2000 ]; do echo \"line $i\"; i=$((i + 1)); done; echo trouble >&2";
        var start = Unit.Start(Samples.Fence.Guard(Script)).Replace($"head -c {DetachedUnit.HeadBytes}", "head -c 1000", StringComparison.Ordinal).Replace($"tail -c {DetachedUnit.EndBytes}", "tail -c 100", StringComparison.Ordinal);
        Assert.Equal(0, (await _box.RunAsync(Samples.Fence.Guard(start))).ExitCode);

        var (follower, lines) = await FollowAsync();
        var (end, missing) = UnitFollower.ReadEnds((await _box.RunAsync(Unit.Ends())).RawOutput);

        Assert.Equal(("ended", 0), (follower.State, follower.ExitCode));
        Assert.Equal(1000, new FileInfo(Path.Combine(Directory, "out")).Length);
        Assert.Contains(new OutputLine(LineSource.Error, "trouble"), lines);
        Assert.Equal("line 1999", end[^1].Text);
        Assert.All(end, l => Assert.StartsWith("line ", l.Text, StringComparison.Ordinal));

        // One line is cut in two where the beginning ends, and counted on both sides.
        Assert.Equal(2000, lines.Count - 1 + missing + end.Count - 1);
    }

    [Fact]
    public async Task Stop_Unit_IsEndedAndItsInputRemoved()
    {
        _box.Folder.Write($"var/lib/clusterpanel/run/{Unit.Name}/input", "hunter2");
        _box.Folder.Write("state", "inactive\n");

        var result = await _box.RunAsync(Samples.Fence.Check(Unit.Stop()));

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.StartsWith($"stop --no-block {Unit.Name}.service\n", _box.Folder.Read("systemctl"), StringComparison.Ordinal);
        Assert.False(File.Exists(_box.Folder[$"var/lib/clusterpanel/run/{Unit.Name}/input"]));
    }

    [Fact]
    public async Task Stop_UnitDoesNotEnd_IsKilledAndSaidInTheEnd()
    {
        var text = Unit.Stop().Replace("sleep 0.2", ":", StringComparison.Ordinal);

        var result = await _box.RunAsync(Samples.Fence.Check(text));

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("does not end", result.Error, StringComparison.Ordinal);
        Assert.Contains($"kill -s KILL {Unit.Name}.service", _box.Folder.Read("systemctl"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stop_ANewerWriterWasThere_LeavesTheUnitAlone()
    {
        _box.Folder.Write("var/lib/clusterpanel/lease", $"{Samples.PanelId} {Samples.ClusterId} 8 other\n");

        var result = await _box.RunAsync(Samples.Fence.Check(Unit.Stop()));

        Assert.Equal(Fence.Outdated, result.ExitCode);
        Assert.False(File.Exists(_box.Folder["systemctl"]));
    }

    [Theory]
    [InlineData("absent")]
    [InlineData("lost")]
    [InlineData("rebooted")]
    public async Task Follow_UnitIsGoneWithoutACode_SaysWhy(string state)
    {
        if (state != "absent")
        {
            var folder = $"var/lib/clusterpanel/run/{Unit.Name}/";
            _box.Folder.Write(folder + "boot", state == "rebooted" ? "another-boot-id\n" : _box.Folder.Read("proc/sys/kernel/random/boot_id"));
            _box.Folder.Write(folder + "out", "half a line");
            _box.Folder.Write(folder + "err", "");
            _box.Folder.Write("state", "failed\n");
        }

        var (follower, lines) = await FollowAsync();

        Assert.Equal(state, follower.State);
        Assert.Equal(state == "absent" ? [] : ["half a line"], lines.Select(l => l.Text));
    }

    [Fact]
    public async Task ListStarted_SeveralUnits_NamesThoseOfTheAttempt()
    {
        var prefix = DetachedUnit.Prefix(Samples.DeploymentId, "kubeadm-init", "h1.example", 2);
        void Make(string name, bool ended)
        {
            _box.Folder.Write($"var/lib/clusterpanel/run/{name}/boot", "id\n");
            if (ended)
            {
                _box.Folder.Write($"var/lib/clusterpanel/run/{name}/code", "0\n");
            }
        }

        Make(Unit.Name, ended: false);
        Make(prefix + "undo", ended: true);
        Make(DetachedUnit.For(Samples.DeploymentId, "kubeadm-init", "h1.example", 1, "init").Name, ended: false);

        var result = await _box.RunAsync(DetachedUnit.ListStarted(prefix));

        Assert.Equal([Unit.Name, prefix + "undo"], result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task ListStarted_None_PrintsNothing()
    {
        var result = await _box.RunAsync(DetachedUnit.ListStarted("clusterpanel-none-"));

        Assert.Equal((0, ""), (result.ExitCode, result.Output));
    }

    private async Task StartAsync(string script, string input)
    {
        var result = await _box.RunAsync(Samples.Fence.Guard(Unit.Start(Samples.Fence.Guard(script))), input);
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
    }

    private static UnitFollower Follower() => new(Unit, new StreamOffsets(Unit.Name, 0, 0));

    private async Task<IReadOnlyList<string>> TakeAsync(UnitFollower follower)
    {
        var answer = await _box.RunAsync(follower.Command);
        Assert.Equal((0, ""), (answer.ExitCode, answer.Error));
        return [.. follower.Take(answer.RawOutput).Select(l => l.Text)];
    }

    private async Task<(UnitFollower Follower, IReadOnlyList<OutputLine> Lines)> FollowAsync()
    {
        var follower = Follower();
        var lines = new List<OutputLine>();
        do
        {
            var answer = await _box.RunAsync(follower.Command);
            Assert.Equal((0, ""), (answer.ExitCode, answer.Error));
            lines.AddRange(follower.Take(answer.RawOutput));
        }
        while (follower.State is "running" or "more");

        return (follower, lines);
    }
}
