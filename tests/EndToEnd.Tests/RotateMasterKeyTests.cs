using System.Diagnostics;
using System.Net;
using System.Text.RegularExpressions;
using ClusterPanel.Core.Hosts;
using ClusterPanel.EndToEnd.Tests.Fixtures;
using ClusterPanel.Infrastructure.Tests.Persistence;

namespace ClusterPanel.EndToEnd.Tests;

/// <summary>The command beside a panel that runs, and a backup that another process carries on with. Needs no lab.</summary>
public sealed partial class RotateMasterKeyTests
{
    private const string Password = "correct horse battery";
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Rotate_KilledWhileAPanelRuns_TheNextRunFinishesAndABackupCarriesOn()
    {
        // Every day the steps of a rotation are tried on both databases, without panels.
        Assert.SkipWhen(Scenario.NotFull is not null, Scenario.NotFull ?? "");
        var data = Directory.CreateTempSubdirectory("clusterpanel-e2e-").FullName;
        var key = Path.Combine(data, "master.key");
        await using var panel = new PanelProcess(data, null);
        await panel.StartAsync();
        await using var backend = await PanelBackend.OpenAsync(data, null);
        await backend.Credentials.AddAsync("root", "root", CredentialKind.Password, new CredentialSecrets { Password = "klab" }, None);
        using var browser = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri(panel.Address) };
        var form = await browser.GetStringAsync("/setup", None);
        var old = await File.ReadAllTextAsync(key, None);

        await KilledAtItsFirstChangeAsync(data);
        await using (var between = new PanelProcess(data, null))
        {
            await between.StartAsync();
        }

        var said = await Shell.RunAsync("dotnet", [PanelProcess.Program, "rotate-master-key", $"--Panel:DataDirectory={data}"], Limit);

        Assert.Contains("wrapped with the new one: 1.", said, StringComparison.Ordinal);
        Assert.Single(said.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.DoesNotContain(old.Trim(), await File.ReadAllTextAsync(key, None), StringComparison.Ordinal);

        // The form was encrypted before, and is read after.
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/healthz", None)).StatusCode);
        Assert.Contains("This is not the setup code", await SendAsync(browser, form), StringComparison.Ordinal);
        await RestoredAsync(data, key, old);
    }

    // Another data directory is another machine.
    private static async Task RestoredAsync(string data, string key, string oldKey)
    {
        var restored = Directory.CreateTempSubdirectory("clusterpanel-e2e-").FullName;
        await SqliteBackup.TakeAsync(Path.Combine(data, "clusterpanel.db"), Path.Combine(restored, "clusterpanel.db"));

        Assert.Contains("is missing", await RefusedAsync(restored), StringComparison.Ordinal);
        await WriteKeyAsync(restored, oldKey);
        Assert.Contains("master key is not the one", await RefusedAsync(restored), StringComparison.Ordinal);
        await WriteKeyAsync(restored, await File.ReadAllTextAsync(key, None));
        await using var panel = new PanelProcess(restored, null);
        await panel.StartAsync();
        await using var backend = await PanelBackend.OpenAsync(restored, null);
        var credential = Assert.Single(await backend.Credentials.ListAsync(None));
        Assert.Equal("root", credential.Name);
    }

    private static async Task KilledAtItsFirstChangeAsync(string data)
    {
        using var command = new Process { StartInfo = new ProcessStartInfo("dotnet", [PanelProcess.Program, "rotate-master-key", $"--Panel:DataDirectory={data}"]) };
        using var watcher = new FileSystemWatcher(data, "master.key");
        watcher.Renamed += (_, _) => command.Kill();
        watcher.EnableRaisingEvents = true;
        command.Start();
        await command.WaitForExitAsync(None).WaitAsync(Limit, None);
    }

    private static async Task<string> RefusedAsync(string data)
    {
        await using var panel = new PanelProcess(data, null);
        return (await Assert.ThrowsAsync<InvalidOperationException>(() => panel.StartAsync())).Message;
    }

    private static async Task WriteKeyAsync(string data, string key)
    {
        var file = Path.Combine(data, "master.key");
        await File.WriteAllTextAsync(file, key, None);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    private static async Task<string> SendAsync(HttpClient browser, string form)
    {
        var hidden = HiddenPattern().Matches(form).Select(m => KeyValuePair.Create(m.Groups[1].Value, m.Groups[2].Value));
        KeyValuePair<string, string>[] fields = [new("Input.Code", "AAAAA-BBBBB"), new("Input.UserName", "olga"), new("Input.Password", Password), new("Input.Repeat", Password)];
        var answer = await browser.PostAsync("/setup", new FormUrlEncodedContent([.. hidden, .. fields]), None);
        return await answer.Content.ReadAsStringAsync(None);
    }

    [GeneratedRegex("""<input type="hidden" name="([^"]+)" value="([^"]*)" ?/?>""", RegexOptions.CultureInvariant)]
    private static partial Regex HiddenPattern();
}
