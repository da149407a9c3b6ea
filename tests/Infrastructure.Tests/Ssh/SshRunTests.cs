using System.Diagnostics;
using System.Text;
using ClusterPanel.Core.Hosts;
using ClusterPanel.Infrastructure.Ssh;

namespace ClusterPanel.Infrastructure.Tests.Ssh;

[Collection(SshTests.Name)]
public sealed class SshRunTests(SshLab lab)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_Script_GivesBothStreamsAndExitCode()
    {
        lab.Require();
        using var sessions = lab.Sessions();
        await using var session = await sessions.OpenAsync(lab.Root(), Token);
        var lines = new List<OutputLine>();

        var result = await session.RunAsync(SshLab.Script("echo \"it's $((40+2))\"\necho wrong >&2\nprintf 'last, ümlaut'\nexit 3") with { OnLine = lines.Add }, Token);

        Assert.Equal(3, result.ExitCode);
        Assert.Equal("it's 42\nlast, ümlaut", result.Output);
        Assert.Equal("wrong\n", result.Error);
        Assert.Equal(["it's 42", "last, ümlaut"], lines.Where(l => l.Stream == LineSource.Output).Select(l => l.Text));
        Assert.Equal(["wrong"], lines.Where(l => l.Stream == LineSource.Error).Select(l => l.Text));
    }

    [Fact]
    public async Task Run_Input_ReachesTheScriptUnchanged()
    {
        lab.Require();
        using var sessions = lab.Sessions();
        await using var session = await sessions.OpenAsync(lab.Root(), Token);
        var input = new byte[3_000_000];
        Random.Shared.NextBytes(input);

        var result = await session.RunAsync(SshLab.Script("cat") with { Input = input }, Token);

        Assert.Equal(input, result.RawOutput.ToArray());
    }

    [Fact]
    public async Task Run_InputNobodyReads_EndsWithTheCommand()
    {
        lab.Require();
        using var sessions = lab.Sessions();
        await using var session = await sessions.OpenAsync(lab.Root(), Token);
        var watch = Stopwatch.StartNew();

        var result = await session.RunAsync(SshLab.Script("exit 4") with { Input = new byte[20_000_000] }, Token);

        Assert.Equal(4, result.ExitCode);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(10), $"took {watch.Elapsed}");
    }

    [Fact]
    public async Task Run_Script_IsOnNoCommandLine()
    {
        lab.Require();
        using var sessions = lab.Sessions();
        await using var session = await sessions.OpenAsync(lab.Root(), Token);

        var result = await session.RunAsync(SshLab.Script("# marker-qwertz\nread -r secret\ncat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null | tr '\\0' '\\n' | grep -a -e qwert[z] -e yxcv[b] | head -n 5; true") with { Input = "marker-yxcvb\n"u8.ToArray() }, Token);

        Assert.Equal("", result.Output);
        Assert.Equal(0, result.ExitCode);
    }

    [Theory]
    [InlineData("clusterpanel-begin")]
    [InlineData("echo a\nclusterpanel-end\necho b")]
    public async Task Run_ScriptWithMarkerLine_IsRefused(string script)
    {
        lab.Require();
        using var sessions = lab.Sessions();
        await using var session = await sessions.OpenAsync(lab.Root(), Token);

        await Assert.ThrowsAsync<ArgumentException>(() => session.RunAsync(SshLab.Script(script), Token));
    }

    [Fact]
    public async Task Run_TooLong_TimesOutWhileTheRemoteSleeps()
    {
        lab.Require();
        using var sessions = lab.Sessions();
        await using var session = await sessions.OpenAsync(lab.Root(), Token);
        var watch = Stopwatch.StartNew();

        var e = await Assert.ThrowsAsync<HostTimeoutException>(() => session.RunAsync(SshLab.Script("sleep 30", TimeSpan.FromMilliseconds(300)), Token));

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(2), $"took {watch.Elapsed}");
        Assert.Contains("may still run", e.Message, StringComparison.Ordinal);
        Assert.Equal("1\n", (await session.RunAsync(SshLab.Script("echo 1"), Token)).Output);
    }

    [Fact]
    public async Task Run_Cancelled_ComesBackAtOnce()
    {
        lab.Require();
        using var sessions = lab.Sessions();
        await using var session = await sessions.OpenAsync(lab.Root(), Token);
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var watch = Stopwatch.StartNew();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => session.RunAsync(SshLab.Script("echo go; sleep 30") with { OnLine = _ => cancel.Cancel() }, cancel.Token));

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(2), $"took {watch.Elapsed}");
    }

    [Fact]
    public async Task Run_ListenerFails_ItsOwnFailureComesBack()
    {
        lab.Require();
        using var sessions = lab.Sessions();
        await using var session = await sessions.OpenAsync(lab.Root(), Token);

        var e = await Assert.ThrowsAsync<InvalidOperationException>(() => session.RunAsync(SshLab.Script("echo a; sleep 30") with { OnLine = _ => throw new InvalidOperationException("mine") }, Token));

        Assert.Equal("mine", e.Message);
        Assert.Equal("1\n", (await session.RunAsync(SshLab.Script("echo 1"), Token)).Output);
    }

    [Fact]
    public async Task Run_IdleLinkDied_DialsAgain()
    {
        lab.Require();
        await using var proxy = new CuttableProxy(lab.Server.Port);
        using var sessions = lab.Sessions(new SshSettings { ProbeAfter = TimeSpan.FromMilliseconds(1), AnswerTimeout = TimeSpan.FromSeconds(2), KeepAlive = TimeSpan.FromMinutes(1) });
        var host = lab.Root();
        host.Port = proxy.Port;
        await using var session = await sessions.OpenAsync(host, Token);
        proxy.Drop();

        Assert.Equal("again\n", (await session.RunAsync(SshLab.Script("echo again"), Token)).Output);
        Assert.Equal(2, proxy.Connections);
    }

    [Fact]
    public async Task Run_ConnectionKilled_ThrowsAndTheNextCallDialsAgain()
    {
        lab.Require();
        using var sessions = lab.Sessions();
        await using var session = await sessions.OpenAsync(lab.Root(), Token);
        const string Kill = """
            p=$$
            until [ "$(cat /proc/$p/comm)" = sshd ]; do p=$(sed 's/^.*) . \([0-9]*\) .*/\1/' /proc/$p/stat); done
            kill -9 "$p"
            sleep 30
            """;

        var e = await Assert.ThrowsAsync<HostUnreachableException>(() => session.RunAsync(SshLab.Script(Kill), Token));

        Assert.Contains("lost during \"Try something\"", e.Message, StringComparison.Ordinal);
        Assert.Equal("again\n", (await session.RunAsync(SshLab.Script("echo again"), Token)).Output);
    }

    [Fact]
    public async Task Run_LinkGoesSilent_IsGivenUp()
    {
        lab.Require();
        await using var proxy = new CuttableProxy(lab.Server.Port);
        using var sessions = lab.Sessions(new SshSettings { ProbeAfter = TimeSpan.FromMilliseconds(300), ProbeTimeout = TimeSpan.FromSeconds(3), AnswerTimeout = TimeSpan.FromSeconds(5) });
        var host = lab.Root();
        host.Port = proxy.Port;
        await using var session = await sessions.OpenAsync(host, Token);
        var watch = Stopwatch.StartNew();

        await Assert.ThrowsAsync<HostUnreachableException>(() => session.RunAsync(SshLab.Script("echo here; sleep 30") with { OnLine = _ => proxy.Freeze() }, Token));

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(15), $"took {watch.Elapsed}");
        proxy.Thaw();
        Assert.Equal("again\n", (await session.RunAsync(SshLab.Script("echo again"), Token)).Output);
    }

    [Fact]
    public async Task Run_LinkCutInsideTheScript_RunsNoPartOfIt()
    {
        lab.Require();
        var directory = SshLab.NewDirectory();
        await using var proxy = new CuttableProxy(lab.Server.Port);
        using var sessions = lab.Sessions();
        var host = lab.Root();
        host.Port = proxy.Port;
        await using var session = await sessions.OpenAsync(host, Token);
        var filling = string.Concat(Enumerable.Repeat("# " + new string('x', 998) + "\n", 1500));
        proxy.CutAfter(200_000);

        await Assert.ThrowsAsync<HostUnreachableException>(() => session.RunAsync(SshLab.Script($"touch {directory}/ran\n{filling}"), Token));

        Assert.Equal("no\n", (await session.RunAsync(SshLab.Script($"if [ -e {directory}/ran ]; then echo yes; else echo no; fi"), Token)).Output);
        Directory.Delete(directory, true);
    }

    [Fact]
    public async Task Run_MillionLines_KeepsBeginningAndEndOnly()
    {
        lab.Require();
        using var sessions = lab.Sessions();
        await using var session = await sessions.OpenAsync(lab.Root(), Token);
        var count = 0;
        var watch = Stopwatch.StartNew();

        var result = await session.RunAsync(SshLab.Script("seq 1000000", TimeSpan.FromMinutes(2)) with { OnLine = _ => count++ }, Token);

        TestContext.Current.SendDiagnosticMessage($"1,000,000 lines in {watch.Elapsed.TotalSeconds:0.0} s, working set {Environment.WorkingSet >> 20} MiB");
        Assert.Equal(1_000_000, count);
        Assert.StartsWith("1\n2\n3\n", result.Output, StringComparison.Ordinal);
        Assert.EndsWith("\n999999\n1000000\n", result.Output, StringComparison.Ordinal);
        Assert.Contains("bytes left out", result.Output, StringComparison.Ordinal);
        Assert.InRange(result.RawOutput.Length, BoundedOutput.Limit, BoundedOutput.Limit + 100);
    }

    [Fact]
    public async Task Run_FourMebibytes_StayWhole()
    {
        lab.Require();
        using var sessions = lab.Sessions();
        await using var session = await sessions.OpenAsync(lab.Root(), Token);

        var result = await session.RunAsync(SshLab.Script("head -c 4194304 /dev/zero | tr '\\0' ä"), Token);

        Assert.Equal(4_194_304, result.RawOutput.Length);
    }

    [Fact]
    public async Task Run_ManyAtOnce_ShareOneConnection()
    {
        lab.Require();
        using var sessions = lab.Sessions();
        var host = lab.Root();
        await using var first = await sessions.OpenAsync(host, Token);
        await using var second = await sessions.OpenAsync(host, Token);

        var connections = await Task.WhenAll(Enumerable.Range(0, 40).Select(async i => (await (i % 2 == 0 ? first : second).RunAsync(SshLab.Script("sleep 0.05; echo $SSH_CONNECTION"), Token)).Output));

        Assert.Single(connections.Distinct());
    }

    [Fact]
    public async Task Run_OthersGivenUp_TheNeighboursOnTheConnectionGoOn()
    {
        lab.Require();
        using var sessions = lab.Sessions();
        await using var session = await sessions.OpenAsync(lab.Root(), Token);
        using var done = new CancellationTokenSource();
        var neighbours = Enumerable.Range(0, 2).Select(_ => Task.Run(
            async () =>
            {
                var connections = new HashSet<string>();
                while (!done.IsCancellationRequested)
                {
                    connections.Add((await session.RunAsync(SshLab.Script("echo $SSH_CONNECTION"), Token)).Output);
                }

                return connections;
            },
            Token)).ToList();

        for (var i = 0; i < 24; i++)
        {
            // At every moment of a command's life: while its channel opens, while its input is sent, while it runs.
            using var cancel = new CancellationTokenSource(TimeSpan.FromMilliseconds(5 + 8 * i));
            try
            {
                await session.RunAsync(SshLab.Script(i % 3 == 0 ? "sleep 1" : "cat >/dev/null") with { Input = new byte[i % 2 == 0 ? 8_000_000 : 10] }, cancel.Token);
            }
            catch (OperationCanceledException)
            {
            }
        }

        await done.CancelAsync();
        Assert.Single((await Task.WhenAll(neighbours)).SelectMany(c => c).Distinct());
    }

    [Fact]
    public async Task Run_NoisyLoginShell_DoesNotShiftTheOutput()
    {
        lab.RequireUser("NOPASSWD: ALL");
        File.WriteAllText($"/home/{lab.User}/.bashrc", "echo 'Welcome to this machine!'\n");
        using var server = await lab.StartServerAsync("SetEnv SHLVL=0");
        using var sessions = lab.Sessions();
        await using var session = await sessions.OpenAsync(server.Host(lab.UserByPassword(null), lab.HostKey()), Token);

        var result = await session.RunAsync(SshLab.Script("echo mine"), Token);
        File.WriteAllText($"/home/{lab.User}/.bashrc", "");

        Assert.Equal("mine\n", Encoding.UTF8.GetString(result.RawOutput.Span));
    }
}
