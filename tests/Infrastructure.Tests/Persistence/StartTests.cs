using ClusterPanel.Core.Deployments;
using ClusterPanel.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ClusterPanel.Infrastructure.Tests.Persistence;

public abstract class StartTests(IDatabases databases) : IAsyncLifetime
{
    private TestSettings? _settings;

    private TestSettings Settings => _settings!;

    public async ValueTask InitializeAsync() => _settings = await databases.CreateEmptyAsync();

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_settings is not null)
        {
            await databases.DropAsync(_settings);
        }
    }

    [Fact]
    public async Task Start_FourAtOnceOnAnEmptyDatabase_AllWorkAndAreOnePanel()
    {
        var panels = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => TestPanel.StartAsync(Settings))));

        Assert.Single(panels.Select(p => p.Get<PanelId>().Value).Distinct());
        var credential = await panels[0].AddCredentialAsync();
        foreach (var panel in panels)
        {
            Assert.Equal("secret", (await panel.Credentials.OpenAsync(credential.Id, TestContext.Current.CancellationToken)).Secrets.Password);
            await panel.DisposeAsync();
        }
    }

    [Fact]
    public async Task Start_Twice_IsTheSamePanelAgain()
    {
        await using var first = await TestPanel.StartAsync(Settings);
        await using var second = await TestPanel.StartAsync(Settings);

        Assert.Equal(first.Get<PanelId>().Value, second.Get<PanelId>().Value);
    }

    [Fact]
    public async Task Start_FirstSchemaWithData_KeepsIt()
    {
        await using var old = await TestPanel.StartAsync(Settings);
        var (_, deployment) = await old.AddClusterAsync();
        await using (var db = old.OpenDatabase())
        {
            await db.GetService<IMigrator>().MigrateAsync("Initial", TestContext.Current.CancellationToken);
        }

        await old.ExecuteAsync($"""UPDATE "Deployments" SET "CancelRequestedBy" = 'olga'""");

        await using var panel = await TestPanel.StartAsync(Settings);

        Assert.Equal(deployment.ClusterName, (await panel.Deployments.FindAsync(deployment.Id, TestContext.Current.CancellationToken))!.ClusterName);
        var request = Assert.Single(await panel.Deployments.ListRequestsAsync(deployment.Id, TestContext.Current.CancellationToken));
        Assert.Equal((RequestKind.Cancel, "olga", deployment.CreatedAt), (request.Kind, request.By, request.At));
    }

    [Fact]
    public async Task Start_NewerSchema_IsRefusedAndNamed()
    {
        await using var panel = await TestPanel.StartAsync(Settings);
        await panel.ExecuteAsync($"""INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion") VALUES ('29990101000000_Future', '99.0.0')""");

        var refused = await Assert.ThrowsAsync<StartRefusedException>(() => TestPanel.StartAsync(Settings));

        Assert.Contains("29990101000000_Future", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_WrongMasterKey_IsRefusedAndLeavesTheKeyRingAlone()
    {
        await using var panel = await TestPanel.StartAsync(Settings);
        await MasterKeys.WriteAsync(Settings.MasterKeyFile);

        var refused = await Assert.ThrowsAsync<StartRefusedException>(() => TestPanel.StartAsync(Settings));

        Assert.Contains("master key is not the one", refused.Message, StringComparison.Ordinal);
        Assert.Equal(1, await panel.CountAsync($"""SELECT COUNT(*) AS "Value" FROM "DataProtectionKeys" """));
    }

    [Fact]
    public async Task Start_MasterKeyLost_IsRefusedAndMakesNoNewOne()
    {
        await using (await TestPanel.StartAsync(Settings))
        {
            File.Delete(Settings.MasterKeyFile);
        }

        var refused = await Assert.ThrowsAsync<StartRefusedException>(() => TestPanel.StartAsync(Settings));

        Assert.Contains(Settings.MasterKeyFile, refused.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Settings.MasterKeyFile));
    }

    [Fact]
    public async Task Start_KeyRingLost_IsRefused()
    {
        await using (var panel = await TestPanel.StartAsync(Settings))
        {
            await panel.ExecuteAsync($"""DELETE FROM "DataProtectionKeys" """);
        }

        var refused = await Assert.ThrowsAsync<StartRefusedException>(() => TestPanel.StartAsync(Settings));

        Assert.Contains("key ring", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Model_ComparedWithMigrations_HasNoPendingChanges()
    {
        await using var panel = new TestPanel(Settings.ToConfiguration());
        await using var db = panel.OpenDatabase();

        Assert.False(db.Database.HasPendingModelChanges());
    }
}
