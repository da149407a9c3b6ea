using System.Diagnostics;
using System.Security.Cryptography;
using ClusterPanel.Core.Hosts;

namespace ClusterPanel.Infrastructure.Tests.Ssh;

[Collection(SshTests.Name)]
public sealed class SshUploadTests : IDisposable
{
    private readonly SshLab _lab;
    private readonly string _directory = SshLab.NewDirectory();
    private readonly string _local;
    private readonly string _sha256;
    private readonly byte[] _content = new byte[6_000_000];

    public SshUploadTests(SshLab lab)
    {
        _lab = lab;
        Random.Shared.NextBytes(_content);
        _local = Path.Combine(_directory, "local.tar.gz");
        File.WriteAllBytes(_local, _content);
        _sha256 = Convert.ToHexStringLower(SHA256.HashData(_content));
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Target => $"{_directory}/host's files/kube.tar.gz";

    private string Part => $"{Target}.{_sha256[..12]}.part";

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Upload_NewFile_IsThereForRootOnly()
    {
        _lab.Require();
        using var sessions = _lab.Sessions();
        await using var session = await sessions.OpenAsync(_lab.Root(), Token);
        var progress = new ProgressList();

        Assert.True(await session.UploadAsync(_local, Target, _sha256, NoFence.Instance, progress, Token));

        Assert.Equal(_content, await File.ReadAllBytesAsync(Target, Token));
        Assert.Equal("600 700", Command.Run("stat", "-c", "%a", Target).Trim() + " " + Command.Run("stat", "-c", "%a", Path.GetDirectoryName(Target)!).Trim());
        Assert.Single(Directory.GetFileSystemEntries(Path.GetDirectoryName(Target)!));
        Assert.Equal(new UploadProgress(0, _content.Length), progress.All[0]);
        Assert.Equal(new UploadProgress(_content.Length, _content.Length), progress.All[^1]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Upload_NewerWriterCameBeforeAnyOfItsScripts_PutsNothingInPlace(int script)
    {
        _lab.Require();
        using var sessions = _lab.Sessions();
        await using var session = await sessions.OpenAsync(_lab.Root(), Token);

        var e = await Assert.ThrowsAsync<CommandFailedException>(() => session.UploadAsync(_local, Target, _sha256, new FenceThatShuts(script), null, Token));

        Assert.Equal(75, e.ExitCode);
        Assert.False(File.Exists(Target));
    }

    [Fact]
    public async Task Upload_NonRootLogin_EndsAtRootsFile()
    {
        _lab.RequireUser("ALL");
        using var sessions = _lab.Sessions();
        await using var session = await sessions.OpenAsync(_lab.Server.Host(_lab.UserByPassword(_lab.UserPassword), _lab.HostKey()), Token);

        Assert.True(await session.UploadAsync(_local, Target, _sha256, NoFence.Instance, null, Token));

        Assert.Equal(_content, await File.ReadAllBytesAsync(Target, Token));
        Assert.Equal("root", Command.Run("stat", "-c", "%U", Target).Trim());
    }

    [Fact]
    public async Task Upload_SameContentThere_IsSkipped()
    {
        _lab.Require();
        await using var proxy = new CuttableProxy(_lab.Server.Port);
        var host = _lab.Root();
        host.Port = proxy.Port;
        using var sessions = _lab.Sessions();
        await using var session = await sessions.OpenAsync(host, Token);
        Directory.CreateDirectory(Path.GetDirectoryName(Target)!);
        File.Copy(_local, Target);

        Assert.False(await session.UploadAsync(_local, Target, _sha256, NoFence.Instance, null, Token));

        Assert.True(proxy.Sent < 100_000, $"{proxy.Sent} bytes sent");
    }

    [Fact]
    public async Task Upload_LinkCut_IsResumedByTheNextCall()
    {
        _lab.Require();
        await using var proxy = new CuttableProxy(_lab.Server.Port);
        var host = _lab.Root();
        host.Port = proxy.Port;
        using var sessions = _lab.Sessions();
        await using var session = await sessions.OpenAsync(host, Token);
        proxy.CutAfter(4_000_000);

        await Assert.ThrowsAsync<HostUnreachableException>(() => session.UploadAsync(_local, Target, _sha256, NoFence.Instance, null, Token));
        Assert.False(File.Exists(Target));
        var before = proxy.Sent;
        Assert.True(await session.UploadAsync(_local, Target, _sha256, NoFence.Instance, null, Token));

        Assert.Equal(_content, await File.ReadAllBytesAsync(Target, Token));
        Assert.True(proxy.Sent - before < 4_500_000, $"{proxy.Sent - before} bytes sent again");
    }

    [Fact]
    public async Task Upload_SilentlyDeadSender_IsEndedAndResumed()
    {
        _lab.Require();
        using var sessions = _lab.Sessions();
        await using var session = await sessions.OpenAsync(_lab.Root(), Token);
        Directory.CreateDirectory(Path.GetDirectoryName(Target)!);
        await File.WriteAllBytesAsync(Part, _content[..1_000_000], Token);
        using var hanging = Process.Start(new ProcessStartInfo("sh", ["-c", "echo $$ >\"$1.pid\"; exec cat >>\"$1\"", "sh", Part]) { RedirectStandardInput = true })!;
        while (!File.Exists(Part + ".pid") || (await File.ReadAllTextAsync(Part + ".pid", Token)).Length == 0)
        {
            await Task.Delay(10, Token);
        }

        Assert.True(await session.UploadAsync(_local, Target, _sha256, NoFence.Instance, null, Token));

        await hanging.WaitForExitAsync(Token);
        Assert.Equal(_content, await File.ReadAllBytesAsync(Target, Token));
    }

    [Theory]
    [InlineData(1_000_000)]
    [InlineData(6_000_000)]
    [InlineData(7_000_000)]
    public async Task Upload_CorruptPartialFile_IsSentAnew(int length)
    {
        _lab.Require();
        using var sessions = _lab.Sessions();
        await using var session = await sessions.OpenAsync(_lab.Root(), Token);
        Directory.CreateDirectory(Path.GetDirectoryName(Target)!);
        await File.WriteAllBytesAsync(Part, new byte[length], Token);

        Assert.True(await session.UploadAsync(_local, Target, _sha256, NoFence.Instance, null, Token));

        Assert.Equal(_content, await File.ReadAllBytesAsync(Target, Token));
    }

    [Fact]
    public async Task Upload_FileNotAsRegistered_SaysSo()
    {
        _lab.Require();
        using var sessions = _lab.Sessions();
        await using var session = await sessions.OpenAsync(_lab.Root(), Token);

        var e = await Assert.ThrowsAnyAsync<HostException>(() => session.UploadAsync(_local, Target, new string('a', 64), NoFence.Instance, null, Token));

        Assert.Contains("register it again", e.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(Path.GetDirectoryName(Target)!));
    }

    [Fact]
    public async Task Upload_NotEnoughSpace_SaysHowMuch()
    {
        _lab.Require();
        var small = Path.Combine(_directory, "small");
        Directory.CreateDirectory(small);
        Assert.SkipWhen(Command.Try("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", small).Code != 0, "needs the right to mount");
        try
        {
            using var sessions = _lab.Sessions();
            await using var session = await sessions.OpenAsync(_lab.Root(), Token);

            var e = await Assert.ThrowsAnyAsync<HostException>(() => session.UploadAsync(_local, $"{small}/kube.tar.gz", _sha256, NoFence.Instance, null, Token));

            Assert.Contains("4 MiB free", e.Message, StringComparison.Ordinal);
            Assert.Equal(FailureKind.Busy, e.Kind);
        }
        finally
        {
            Command.Run("umount", small);
        }
    }

    [Fact]
    public async Task Upload_DiskFillsUpMeanwhile_StopsAndSaysSo()
    {
        _lab.Require();
        var small = Path.Combine(_directory, "small");
        Directory.CreateDirectory(small);
        Assert.SkipWhen(Command.Try("mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", small).Code != 0, "needs the right to mount");
        try
        {
            using var sessions = _lab.Sessions();
            await using var session = await sessions.OpenAsync(_lab.Root(), Token);
            var filled = false;
            var progress = new ProgressList
            {
                OnReport = _ =>
                {
                    if (!filled)
                    {
                        filled = true;
                        Command.Try("sh", "-c", $"head -c 30M /dev/zero >{small}/filling");
                    }
                },
            };

            var e = await Assert.ThrowsAnyAsync<HostException>(() => session.UploadAsync(_local, $"{small}/kube.tar.gz", _sha256, NoFence.Instance, progress, Token));

            Assert.Equal("The disk of tested is full: local.tar.gz needs 6 MiB. Make room; what was sent is kept.", e.Message);
        }
        finally
        {
            Command.Run("umount", small);
        }
    }

    [Fact]
    public async Task Upload_Cancelled_KeepsWhatWasSent()
    {
        _lab.Require();
        using var sessions = _lab.Sessions();
        await using var session = await sessions.OpenAsync(_lab.Root(), Token);
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Token);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => session.UploadAsync(_local, Target, _sha256, NoFence.Instance, new ProgressList { OnReport = _ => cancel.Cancel() }, cancel.Token));

        Assert.True(await session.UploadAsync(_local, Target, _sha256, NoFence.Instance, null, Token));
        Assert.Equal(_content, await File.ReadAllBytesAsync(Target, Token));
    }

    private sealed class ProgressList : IProgress<UploadProgress>
    {
        public List<UploadProgress> All { get; } = [];

        public Action<UploadProgress>? OnReport { get; init; }

        public void Report(UploadProgress value)
        {
            All.Add(value);
            OnReport?.Invoke(value);
        }
    }
}
