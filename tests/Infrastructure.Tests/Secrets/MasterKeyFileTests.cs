using System.Diagnostics;
using ClusterPanel.Infrastructure.Persistence;
using ClusterPanel.Infrastructure.Secrets;
using Microsoft.Extensions.Options;

namespace ClusterPanel.Infrastructure.Tests.Secrets;

public sealed class MasterKeyFileTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("clusterpanel-test-").FullName;
    private readonly MasterKeyFile _file;

    public MasterKeyFileTests()
    {
        var panel = new PanelOptions { DataDirectory = _directory };
        _file = new MasterKeyFile(Options.Create(panel), Options.Create(new DatabaseOptions()));
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Write_Keys_AreReadInTheirOrder()
    {
        var (first, second) = (MasterKey.New(), MasterKey.New());

        _file.Write([first, second]);

        Assert.Collection(_file.Read(), k => Assert.True(k.IsSameAs(first)), k => Assert.True(k.IsSameAs(second)));
        Assert.Equal([_file.FilePath], Directory.GetFiles(_directory));
    }

    [Fact]
    public void Write_ThereIsAFile_TheNewOneIsPrivateAsWell()
    {
        _file.CreateIfMissing();
        var before = _file.Read();

        _file.Write([MasterKey.New()]);

        Assert.False(Assert.Single(_file.Read()).IsSameAs(Assert.Single(before)));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_file.FilePath));
        }
    }

    [Fact]
    public void Write_AnInterruptedWriteLeftItsFile_Succeeds()
    {
        File.WriteAllText(_file.FilePath + ".new", "half a k");

        _file.Write([MasterKey.New()]);

        Assert.Single(_file.Read());
    }

    [Fact]
    public void Write_LinkToTheFile_StaysALink()
    {
        var target = Path.Combine(Directory.CreateDirectory(Path.Combine(_directory, "elsewhere")).FullName, "key");
        File.CreateSymbolicLink(_file.FilePath, target);
        File.WriteAllText(target, "");

        _file.Write([MasterKey.New()]);

        Assert.Equal(target, new FileInfo(_file.FilePath).LinkTarget);
        Assert.Single(_file.Read());
    }

    [Fact]
    public async Task Write_ByRoot_KeepsTheOwner()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "needs root");
        _file.CreateIfMissing();
        await RunAsync("chown", "1234:4321", _file.FilePath);

        _file.Write([MasterKey.New()]);

        Assert.Equal("1234:4321", await RunAsync("stat", "-c", "%u:%g", _file.FilePath));
    }

    [Fact]
    public void Read_MoreThanTwoKeys_IsRefused()
    {
        _file.Write([MasterKey.New(), MasterKey.New(), MasterKey.New()]);

        Assert.Contains("does not hold 32 bytes", Assert.Throws<StartRefusedException>(_file.Read).Message, StringComparison.Ordinal);
    }

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return output.Trim();
    }
}
