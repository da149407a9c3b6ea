using System.Xml.Linq;
using ClusterPanel.Core.Auditing;
using ClusterPanel.Infrastructure.Persistence;
using ClusterPanel.Infrastructure.Secrets;
using ClusterPanel.Infrastructure.Tests.Persistence;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.EntityFrameworkCore;

namespace ClusterPanel.Infrastructure.Tests.Secrets;

/// <summary>The master key is changed under a panel that runs. The command is a process of its own: services that were never started.</summary>
public abstract class RotationTests(IDatabases databases) : DatabaseTests(databases)
{
    private readonly List<Guid> _credentials = [];

    [Fact]
    public async Task Run_WhileAPanelRuns_ItGoesOnWithoutRestart()
    {
        await WorksAsync(Panel);
        var old = await KeyTextAsync();

        var said = await RotateAsync(Settings.ToConfiguration());

        Assert.Contains("wrapped with the new one: 2.", said, StringComparison.Ordinal);
        Assert.NotEqual(old, await KeyTextAsync());
        await WorksAsync(Panel);
        await using var started = await TestPanel.StartAsync(Settings);
        await WorksAsync(started);
        await AllIsWrappedWithTheOnlyKeyAsync();
        var note = Assert.Single(await NotesAsync(), n => n.Action == "master-key.rotate");
        Assert.Equal(("panel", "keys wrapped anew: 2"), (note.User, note.After));
    }

    [Theory]
    [InlineData("prepared")]
    [InlineData("in the transaction")]
    [InlineData("wrapped")]
    public async Task Run_AnEarlierOneWasKilled_FinishesIt(string killed)
    {
        await WorksAsync(Panel);
        var old = (await KeyTextAsync()).Trim();
        var next = await KilledAsync(killed);

        Assert.Equal([next.ToBase64(), old], (await KeyTextAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries));
        await WorksAsync(Panel);
        await using (var started = await TestPanel.StartAsync(Settings))
        {
            await WorksAsync(started);
        }

        await RotateAsync(Settings.ToConfiguration());

        Assert.Equal(next.ToBase64(), (await KeyTextAsync()).Trim());
        await WorksAsync(Panel);
        await AllIsWrappedWithTheOnlyKeyAsync();
        Assert.Single(await NotesAsync(), n => n.Action == "master-key.rotate");
    }

    [Fact]
    public async Task Run_SeveralTimes_EachIsAnotherKeyAndThePanelGoesOn()
    {
        var keys = new HashSet<string> { await KeyTextAsync() };
        for (var i = 0; i < 3; i++)
        {
            await RotateAsync(Settings.ToConfiguration());
            Assert.True(keys.Add(await KeyTextAsync()));
        }

        await WorksAsync(Panel);
        await AllIsWrappedWithTheOnlyKeyAsync();
    }

    [Fact]
    public async Task Run_PanelsAddKeysMeanwhile_NoneIsLost()
    {
        await using var other = await TestPanel.StartAsync(Settings);
        var adding = new[] { Panel, other, Panel, other }.Select(p => Task.Run(() => Enumerable.Range(0, 3).Select(_ => NewRingKey(p)).ToList(), Stop)).ToList();

        await RotateAsync(Settings.ToConfiguration());
        await RotateAsync(Settings.ToConfiguration());

        var added = (await Task.WhenAll(adding)).SelectMany(k => k).ToList();
        await AllIsWrappedWithTheOnlyKeyAsync();
        await using var started = await TestPanel.StartAsync(Settings);
        Assert.Subset(RingKeys(started).ToHashSet(), added.ToHashSet());
    }

    [Fact]
    public async Task Store_KeyWrappedBeforeTheRotation_IsWrappedAnew()
    {
        var late = NewRingKey(Panel);
        var name = $"key-{late:D}";
        await using var db = Panel.OpenDatabase();
        var xml = await db.DataProtectionKeys.Where(k => k.FriendlyName == name).Select(k => k.Xml).SingleAsync(Stop);
        await db.DataProtectionKeys.Where(k => k.FriendlyName == name).ExecuteDeleteAsync(Stop);
        await RotateAsync(Settings.ToConfiguration());

        Panel.Get<KeyRing>().StoreElement(XElement.Parse(xml!), name);
        Panel.Get<KeyRing>().StoreElement(XElement.Parse(xml!), name);

        await AllIsWrappedWithTheOnlyKeyAsync();
        await using var started = await TestPanel.StartAsync(Settings);
        Assert.Single(RingKeys(started), late);
    }

    [Fact]
    public async Task Start_OldKeyAfterTheRotation_IsRefusedInOneSentence()
    {
        var old = await KeyTextAsync();
        await RotateAsync(Settings.ToConfiguration());
        await File.WriteAllTextAsync(Settings.MasterKeyFile, old, Stop);

        var refused = await Assert.ThrowsAsync<StartRefusedException>(() => TestPanel.StartAsync(Settings));

        Assert.Contains("master key is not the one", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refused.Message);
    }

    [Fact]
    public async Task Prepare_FileCopiedToAnotherMachine_BothGoOnAndFinish()
    {
        var elsewhere = await OtherMachineAsync();
        await using var other = new TestPanel(elsewhere);
        await other.StartAsync();
        await RotateAsync(Settings.ToConfiguration(), prepareOnly: true);
        Copy(elsewhere);
        await WorksAsync(Panel);
        await WorksAsync(other);

        await RotateAsync(Settings.ToConfiguration());
        await WorksAsync(Panel);
        await WorksAsync(other);
        await RotateAsync(elsewhere);

        Assert.Equal(await KeyTextAsync(), await File.ReadAllTextAsync(elsewhere["Panel:MasterKeyFile"]!, Stop));
        await WorksAsync(other);
        await AllIsWrappedWithTheOnlyKeyAsync();
        Assert.Single(await NotesAsync(), n => n.Action == "master-key.rotate");
    }

    [Fact]
    public async Task Run_FileOfAnotherMachineForgotten_ItReadsOnAddsNoKeyAndIsMendedByTheFile()
    {
        var elsewhere = await OtherMachineAsync();
        await using var other = new TestPanel(elsewhere);
        await other.StartAsync();
        await WorksAsync(other);
        await RotateAsync(Settings.ToConfiguration());

        await OpensAllAsync(other);
        Assert.ThrowsAny<Exception>(() => NewRingKey(other));
        await AllIsWrappedWithTheOnlyKeyAsync();
        await using (var started = new TestPanel(elsewhere))
        {
            await Assert.ThrowsAsync<StartRefusedException>(started.StartAsync);
        }

        Copy(elsewhere);
        await WorksAsync(other);
        await AllIsWrappedWithTheOnlyKeyAsync();
    }

    [Theory]
    [InlineData("another key", "is not the one this database was made with")]
    [InlineData("open to others", "chmod 600")]
    [InlineData("not writable", "cannot write its master key")]
    [InlineData("missing", "is missing")]
    [InlineData("another schema", "does not have the schema of this version")]
    [InlineData("a damaged ring", "the database was left as it is")]
    public async Task Run_SomethingIsWrong_IsRefusedInOneSentenceAndThePanelGoesOn(string wrong, string sentence)
    {
        await WorksAsync(Panel);
        await SpoilAsync(wrong);
        var rows = await RingAsync();

        var refused = await Assert.ThrowsAsync<StartRefusedException>(() => RotateAsync(Settings.ToConfiguration()));

        Assert.Contains(sentence, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refused.Message);
        Assert.Equal(rows, await RingAsync());
        await OpensAllAsync(Panel);
        Assert.DoesNotContain(await NotesAsync(), n => n.Action == "master-key.rotate");
    }

    private static async Task<string> RotateAsync(IReadOnlyDictionary<string, string?> settings, bool prepareOnly = false)
    {
        await using var command = new TestPanel(settings);
        return await command.Get<MasterKeyRotation>().RunAsync(prepareOnly, Stop);
    }

    // Leaves everything as a command does that was killed there; what it held open, the kernel closes.
    private async Task<MasterKey> KilledAsync(string point)
    {
        await using var command = new TestPanel(Settings.ToConfiguration());
        var rotation = command.Get<MasterKeyRotation>();
        var next = await rotation.PrepareAsync(Stop);
        if (point == "in the transaction")
        {
            await Assert.ThrowsAsync<OperationCanceledException>(() => command.Get<IDbContextFactory<AppDbContext>>().InTransactionAsync(
                async db =>
                {
                    Assert.NotEqual(0, await rotation.RewrapAsync(db, next, Stop));
                    await OpensAllAsync(Panel);
                    throw new OperationCanceledException();
                },
                Stop));
        }
        else if (point == "wrapped")
        {
            Assert.NotEqual(0, await rotation.RewrapAsync(next, Stop));
        }

        return next;
    }

    private async Task SpoilAsync(string what)
    {
        switch (what)
        {
            case "another key":
                await MasterKeys.WriteAsync(Settings.MasterKeyFile);
                break;
            case "open to others":
                await MasterKeys.WriteAsync(Settings.MasterKeyFile, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
                break;
            case "not writable":
                // Root may write everywhere, but not over a directory.
                Directory.CreateDirectory(Settings.MasterKeyFile + ".new");
                break;
            case "missing":
                File.Delete(Settings.MasterKeyFile);
                break;
            case "another schema":
                await Panel.ExecuteAsync($"""INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion") VALUES ('29990101000000_Future', '99.0.0')""");
                break;
            default:
                await Panel.ExecuteAsync($"""INSERT INTO "DataProtectionKeys" ("FriendlyName", "Xml") VALUES ('key-x', '<key><masterKeySealed>AAAA</masterKeySealed></key>')""");
                break;
        }
    }

    /// <summary>Everything a panel does with its keys: read what there is, unwrap the ring as it is in the database now, add to both.</summary>
    private async Task WorksAsync(TestPanel panel)
    {
        await OpensAllAsync(panel);
        Assert.Contains(NewRingKey(panel), RingKeys(panel));
        _credentials.Add((await panel.AddCredentialAsync()).Id);
        await OpensAllAsync(panel);
    }

    private async Task OpensAllAsync(TestPanel panel)
    {
        foreach (var id in _credentials)
        {
            Assert.Equal("secret", (await panel.Credentials.OpenAsync(id, Stop)).Secrets.Password);
        }
    }

    private static Guid NewRingKey(TestPanel panel)
    {
        var now = TimeProvider.System.GetUtcNow();
        return panel.Get<IKeyManager>().CreateNewKey(now, now.AddDays(90)).KeyId;
    }

    // Data Protection unwraps a key when its descriptor is first asked for.
    private static List<Guid> RingKeys(TestPanel panel) => [.. panel.Get<IKeyManager>().GetAllKeys().Where(k => k.Descriptor is not null).Select(k => k.KeyId)];

    private async Task AllIsWrappedWithTheOnlyKeyAsync()
    {
        await using var fresh = new TestPanel(Settings.ToConfiguration());
        var key = Assert.Single(fresh.Get<MasterKeyFile>().Read());
        await using var db = fresh.OpenDatabase();
        Assert.True(MasterKeyCanary.IsSealedWith((await db.Settings.SingleAsync(s => s.Key == MasterKeyCanary.Setting, Stop)).Value, key));
        Assert.All(await RingAsync(), xml => Assert.True(key.Opens(Convert.FromBase64String(XElement.Parse(xml).Descendants(MasterKeyXmlEncryptor.Element).Single().Value), MasterKeyXmlEncryptor.Purpose)));
    }

    private async Task<List<string>> RingAsync()
    {
        await using var db = Panel.OpenDatabase();
        return await db.DataProtectionKeys.OrderBy(k => k.Id).Select(k => k.Xml!).ToListAsync(Stop);
    }

    private Task<IReadOnlyList<AuditEntry>> NotesAsync() => Panel.Get<IAuditStore>().ReadAsync(new AuditQuery(100), Stop);

    private Task<string> KeyTextAsync() => File.ReadAllTextAsync(Settings.MasterKeyFile, Stop);

    // The same database with a key file of its own.
    private async Task<Dictionary<string, string?>> OtherMachineAsync()
    {
        var elsewhere = Settings.ToConfiguration();
        elsewhere["Panel:MasterKeyFile"] = Path.Combine(Settings.DataDirectory, "elsewhere.key");
        await MasterKeys.WriteAsync(elsewhere["Panel:MasterKeyFile"]!);
        Copy(elsewhere);
        return elsewhere;
    }

    private void Copy(Dictionary<string, string?> elsewhere) => File.Copy(Settings.MasterKeyFile, elsewhere["Panel:MasterKeyFile"]!, overwrite: true);
}
