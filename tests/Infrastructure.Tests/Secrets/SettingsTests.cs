using ClusterPanel.Infrastructure.Tests.Persistence;

namespace ClusterPanel.Infrastructure.Tests.Secrets;

/// <summary>Wrong settings and files: one sentence that names them, and nothing is made.</summary>
public sealed class SettingsTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("clusterpanel-test-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData("Panel:DataDirectory", "relative/path")]
    [InlineData("Panel:DataDirectory", "/etc/passwd")]
    [InlineData("Panel:MasterKeyFile", "relative.key")]
    [InlineData("Database:ConnectionString", "Host=db;Nonsense=secret-password")]
    [InlineData("Database:ConnectionString", "Host=db")]
    [InlineData("Database:ConnectionString", "Database=clusterpanel")]
    public async Task Start_WrongSetting_IsNamedInOneSentence(string name, string value)
    {
        var refused = await RefusedAsync((name, value));

        Assert.Contains(name, refused, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-password", refused, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refused);
    }

    [Fact]
    public async Task Start_PostgresNotThere_SaysWhereItLooked()
    {
        var refused = await RefusedAsync(("Database:ConnectionString", "Host=host.invalid;Database=clusterpanel;Username=u;Password=secret-password"));

        Assert.Contains("host.invalid:5432", refused, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-password", refused, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.GroupWrite)]
    public async Task Start_MasterKeyOpenToOthers_IsRefused(UnixFileMode mode)
    {
        var file = Path.Combine(_directory, "open.key");
        await MasterKeys.WriteAsync(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | mode);

        Assert.Contains($"chmod 600 {file}", await RefusedAsync(("Panel:MasterKeyFile", file)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("not base64")]
    [InlineData("AAAA")]
    public async Task Start_MasterKeyFileWithoutKey_IsRefused(string content)
    {
        var file = Path.Combine(_directory, "bad.key");
        await MasterKeys.WriteAsync(file);
        await File.WriteAllTextAsync(file, content, TestContext.Current.CancellationToken);

        Assert.Contains($"{file} does not hold 32 bytes", await RefusedAsync(("Panel:MasterKeyFile", file)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_FirstTime_MakesFilesForThePanelsUserOnly()
    {
        var settings = new TestSettings(Path.Combine(_directory, "new", "data"), "");
        await using var panel = await TestPanel.StartAsync(settings);

        if (!OperatingSystem.IsWindows())
        {
            const UnixFileMode others = (UnixFileMode)0b000_111_111;
            Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(settings.DataDirectory) & others);
            foreach (var file in Directory.GetFiles(settings.DataDirectory))
            {
                Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(file) & others);
            }
        }
    }

    private async Task<string> RefusedAsync(params (string Name, string Value)[] changes)
    {
        var configuration = new TestSettings(Path.Combine(_directory, "data"), "").ToConfiguration();
        foreach (var (name, value) in changes)
        {
            configuration[name] = value;
        }

        await using var panel = new TestPanel(configuration, new Impatient());
        return (await Assert.ThrowsAsync<StartRefusedException>(panel.StartAsync)).Message;
    }

    // Every look at the clock is a minute later, so that nothing is waited for.
    private sealed class Impatient : TimeProvider
    {
        private long _minutes;

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => 60 * Interlocked.Increment(ref _minutes);
    }
}
