using ClusterPanel.Core.Hosts;
using ClusterPanel.Infrastructure.Persistence;
using ClusterPanel.Infrastructure.Secrets;
using ClusterPanel.Infrastructure.Tests.Persistence;
using Microsoft.AspNetCore.DataProtection.KeyManagement;

namespace ClusterPanel.Infrastructure.Tests.Secrets;

/// <summary>What docs/backup-and-restore.md promises.</summary>
public abstract class BackupTests(IDatabases databases) : DatabaseTests(databases)
{
    private const string Secret = "Kanarienvogel-4711";
    private readonly IDatabases _databases = databases;

    [Fact]
    public async Task Restore_DatabaseAndKeyFile_CarriesOn()
    {
        var (credential, cluster) = await FillAsync();
        var backup = await _databases.BackUpAsync(Settings);
        var restored = await _databases.RestoreAsync(backup);
        File.Copy(Settings.MasterKeyFile, restored.MasterKeyFile);

        await using (var panel = await TestPanel.StartAsync(restored))
        {
            Assert.Equal(Panel.Get<PanelId>().Value, panel.Get<PanelId>().Value);
            Assert.Equal(Secret, (await panel.Credentials.OpenAsync(credential, Stop)).Secrets.Password);
            Assert.Equal(Secret, await panel.Clusters.OpenKubeconfigAsync(cluster, Stop));

            // Hosts may have seen a higher token than the backup knows.
            await panel.ExecuteAsync($"""UPDATE "ClusterLeases" SET "Token" = "Token" + 1000""");
            var lease = (await panel.Deployments.ClaimAsync("the restored panel", Stop))!;
            Assert.Equal((cluster, 1001), (lease.ClusterId, lease.Token));
            await panel.AddCredentialAsync();
        }

        await _databases.DropAsync(restored);
    }

    [Fact]
    public async Task Backup_WithoutTheKeyFile_YieldsNoSecret()
    {
        await FillAsync();
        var backup = await _databases.BackUpAsync(Settings);

        Assert.False(Traces.Has(backup, Secret));
        Assert.False(Traces.Has(backup, (await File.ReadAllTextAsync(Settings.MasterKeyFile, Stop)).Trim()));
        var ringKeys = Panel.Get<IKeyManager>().GetAllKeys().Select(k => k.Descriptor.ExportToXml().SerializedDescriptorElement.Descendants("value").Single().Value).ToList();
        Assert.NotEmpty(ringKeys);
        Assert.DoesNotContain(ringKeys, k => Traces.Has(backup, k));

        // The search itself works: what is not secret is found.
        Assert.True(Traces.Has(backup, "credential-of-the-backup"));
    }

    [Fact]
    public async Task Restore_WithoutTheKeyFileOrWithAnother_IsRefusedInOneSentence()
    {
        await FillAsync();
        var restored = await _databases.RestoreAsync(await _databases.BackUpAsync(Settings));

        var missing = await Assert.ThrowsAsync<StartRefusedException>(() => TestPanel.StartAsync(restored));
        await MasterKeys.WriteAsync(restored.MasterKeyFile);
        var another = await Assert.ThrowsAsync<StartRefusedException>(() => TestPanel.StartAsync(restored));

        Assert.Contains($"{restored.MasterKeyFile}", missing.Message, StringComparison.Ordinal);
        Assert.Contains("is missing", missing.Message, StringComparison.Ordinal);
        Assert.Contains("master key is not the one", another.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', missing.Message + another.Message);
        await _databases.DropAsync(restored);
    }

    [Fact]
    public async Task Restore_BackupFromBeforeARotation_NeedsTheKeyOfThen()
    {
        var (credential, _) = await FillAsync();
        var old = await File.ReadAllBytesAsync(Settings.MasterKeyFile, Stop);
        var restored = await _databases.RestoreAsync(await _databases.BackUpAsync(Settings));
        await Panel.Get<MasterKeyRotation>().RunAsync(prepareOnly: false, Stop);
        File.Copy(Settings.MasterKeyFile, restored.MasterKeyFile);

        await Assert.ThrowsAsync<StartRefusedException>(() => TestPanel.StartAsync(restored));
        await File.WriteAllBytesAsync(restored.MasterKeyFile, old, Stop);
        await using (var panel = await TestPanel.StartAsync(restored))
        {
            Assert.Equal(Secret, (await panel.Credentials.OpenAsync(credential, Stop)).Secrets.Password);
        }

        await _databases.DropAsync(restored);
    }

    private async Task<(Guid Credential, Guid Cluster)> FillAsync()
    {
        var credential = Sample.Credential("credential-of-the-backup");
        var secrets = new CredentialSecrets { Password = Secret, PrivateKey = Secret, Passphrase = Secret, SudoPassword = Secret };
        await Panel.Credentials.AddAsync(credential, secrets, TestPanel.Seeded, Stop);
        var (cluster, _) = await Panel.AddClusterAsync();
        await Panel.Clusters.SaveKubeconfigAsync(cluster.Id, Secret, Stop);
        return (credential.Id, cluster.Id);
    }
}
