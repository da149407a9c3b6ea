using ClusterPanel.Core;
using ClusterPanel.Core.Hosts;

namespace ClusterPanel.Infrastructure.Tests.Persistence;

public abstract class CredentialStoreTests(IDatabases databases) : DatabaseTests(databases)
{
    private static readonly CredentialSecrets Secrets = new() { PrivateKey = "-----BEGIN KEY-----\nx\n", Passphrase = "pässphrase", SudoPassword = "sudo" };

    [Fact]
    public async Task Open_Stored_GivesTheSecretsBack()
    {
        var credential = Sample.Credential();
        await Panel.Credentials.AddAsync(credential, Secrets, TestPanel.Seeded, Stop);

        var (found, secrets) = await Panel.Credentials.OpenAsync(credential.Id, Stop);

        Assert.Equivalent(credential, found, strict: true);
        Assert.Equal(Secrets, secrets);
    }

    [Fact]
    public async Task Open_ByAnotherProcess_GivesTheSecretsBack()
    {
        var credential = Sample.Credential();
        await Panel.Credentials.AddAsync(credential, Secrets, TestPanel.Seeded, Stop);
        await using var other = await TestPanel.StartAsync(Settings);

        Assert.Equal(Secrets, (await other.Credentials.OpenAsync(credential.Id, Stop)).Secrets);
    }

    [Fact]
    public async Task Open_Unknown_IsNotFound() => await Assert.ThrowsAsync<KeyNotFoundException>(() => Panel.Credentials.OpenAsync(Guid.NewGuid(), Stop));

    [Fact]
    public async Task Open_SecretsCopiedFromAnotherCredential_AreRefused()
    {
        var one = await Panel.AddCredentialAsync();
        var other = await Panel.AddCredentialAsync();
        await Panel.ExecuteAsync($"""
            UPDATE "CredentialSecrets" SET "Protected" = (SELECT "Protected" FROM "CredentialSecrets" WHERE "CredentialId" = {one.Id}) WHERE "CredentialId" = {other.Id}
            """);

        await Assert.ThrowsAsync<System.Security.Cryptography.CryptographicException>(() => Panel.Credentials.OpenAsync(other.Id, Stop));
    }

    [Fact]
    public async Task Add_TakenName_NamesIt()
    {
        var there = await Panel.AddCredentialAsync();

        var conflict = await Assert.ThrowsAsync<ConflictException>(() => Panel.Credentials.AddAsync(Sample.Credential(there.Name), Secrets, TestPanel.Seeded, Stop));

        Assert.Equal($"There is a credential named {there.Name} already.", conflict.Message);
    }

    [Fact]
    public async Task Update_WithoutSecrets_KeepsThem()
    {
        var credential = Sample.Credential();
        await Panel.Credentials.AddAsync(credential, Secrets, TestPanel.Seeded, Stop);
        credential.User = "ops";

        await Panel.Credentials.UpdateAsync(credential, secrets: null, TestPanel.Seeded, Stop);

        var (found, secrets) = await Panel.Credentials.OpenAsync(credential.Id, Stop);
        Assert.Equal("ops", found.User);
        Assert.Equal(1, found.Version);
        Assert.Equal(Secrets, secrets);
    }

    [Fact]
    public async Task Update_WithSecrets_ReplacesThem()
    {
        var credential = await Panel.AddCredentialAsync();

        await Panel.Credentials.UpdateAsync(credential, Secrets, TestPanel.Seeded, Stop);

        Assert.Equal(Secrets, (await Panel.Credentials.OpenAsync(credential.Id, Stop)).Secrets);
    }

    [Fact]
    public async Task Update_OlderVersion_ChangesNeitherItNorItsSecrets()
    {
        var credential = await Panel.AddCredentialAsync();
        var mine = (await Panel.Credentials.OpenAsync(credential.Id, Stop)).Credential;
        await Panel.Credentials.UpdateAsync(credential, Secrets, TestPanel.Seeded, Stop);

        await Assert.ThrowsAsync<ConflictException>(() => Panel.Credentials.UpdateAsync(mine, new CredentialSecrets { Password = "mine" }, TestPanel.Seeded, Stop));

        Assert.Equal(Secrets, (await Panel.Credentials.OpenAsync(credential.Id, Stop)).Secrets);
    }

    [Fact]
    public async Task Delete_UsedByHosts_NamesSome()
    {
        var hosts = await Panel.AddHostsAsync(5);

        var conflict = await Assert.ThrowsAsync<ConflictException>(() => Panel.Credentials.DeleteAsync(hosts[0].CredentialId, TestPanel.Seeded, Stop));

        Assert.Contains("and 2 more", conflict.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Delete_Unused_RemovesItsSecrets()
    {
        var credential = await Panel.AddCredentialAsync();

        await Panel.Credentials.DeleteAsync(credential.Id, TestPanel.Seeded, Stop);

        Assert.Equal(0, await Panel.CountAsync($"""SELECT COUNT(*) AS "Value" FROM "CredentialSecrets" """));
    }
}
