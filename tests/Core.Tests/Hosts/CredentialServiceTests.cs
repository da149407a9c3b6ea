using ClusterPanel.Core.Hosts;
using ClusterPanel.Core.Tests.Fakes;
using Microsoft.Extensions.Time.Testing;

namespace ClusterPanel.Core.Tests.Hosts;

public sealed class CredentialServiceTests
{
    private const string Key = "-----BEGIN OPENSSH PRIVATE KEY-----\nabc\n-----END OPENSSH PRIVATE KEY-----\n";
    private readonly FakeCredentialStore _store = new();
    private readonly CredentialService _service;

    public CredentialServiceTests() => _service = new CredentialService(new FakeAccess(), _store, new FakeKeyCheck(), new FakeTimeProvider(Samples.Now));

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AddAsync_Password_IsStoredTrimmedWithItsTime()
    {
        var added = await _service.AddAsync(" lab ", " root ", CredentialKind.Password, new CredentialSecrets { Password = "p w", SudoPassword = "s" }, Stop);

        Assert.Equal(("lab", "root", true, Samples.Now), (added.Name, added.User, added.HasSudoPassword, added.ChangedAt));
        Assert.Equal("p w", _store.Stored[added.Id].Secrets.Password);
    }

    [Fact]
    public async Task AddAsync_KeyWithPassphrase_IsStored()
    {
        var added = await _service.AddAsync("lab", "root", CredentialKind.PrivateKey, new CredentialSecrets { PrivateKey = Key, Passphrase = "right" }, Stop);

        Assert.False(added.HasSudoPassword);
        Assert.Equal(Key, _store.Stored[added.Id].Secrets.PrivateKey);
    }

    public static TheoryData<string, string, string, CredentialKind, string?, string?, string?, string?> Wrong => new()
    {
        { "name", "", "root", CredentialKind.Password, "p", null, null, null },
        { "name", "  ", "root", CredentialKind.Password, "p", null, null, null },
        { "name", "a\nb", "root", CredentialKind.Password, "p", null, null, null },
        { "name", new string('n', 65), "root", CredentialKind.Password, "p", null, null, null },
        { "user", "lab", "", CredentialKind.Password, "p", null, null, null },
        { "user", "lab", "-l", CredentialKind.Password, "p", null, null, null },
        { "password", "lab", "root", CredentialKind.Password, null, null, null, null },
        { "password", "lab", "root", CredentialKind.Password, "", null, null, null },
        { "password", "lab", "root", CredentialKind.Password, "a\nb", null, null, null },
        { "sudoPassword", "lab", "root", CredentialKind.Password, "p", null, null, "a\nb" },
        { "privateKey", "lab", "root", CredentialKind.PrivateKey, null, null, null, null },
        { "privateKey", "lab", "root", CredentialKind.PrivateKey, null, " ", null, null },
        { "privateKey", "lab", "root", CredentialKind.PrivateKey, null, "nonsense", null, null },
        { "passphrase", "lab", "root", CredentialKind.PrivateKey, null, Key, "wrong", null },
        { "name", "la\u202eb", "root", CredentialKind.Password, "p", null, null, null },
        { "kind", "lab", "root", (CredentialKind)9, null, Key, null, null },
        { "passphrase", "lab", "root", CredentialKind.PrivateKey, null, Key, "a\nb", null },
        { "password", "lab", "root", CredentialKind.Password, new string('p', CredentialService.MaximumSecretLength + 1), null, null, null },
        { "sudoPassword", "lab", "root", CredentialKind.Password, "p", null, null, new string('p', CredentialService.MaximumSecretLength + 1) },
        { "privateKey", "lab", "root", CredentialKind.PrivateKey, null, new string('k', CredentialService.MaximumSecretLength + 1), null, null },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task AddAsync_WrongField_IsNamedAndNothingIsStored(string field, string name, string user, CredentialKind kind, string? password, string? key, string? passphrase, string? sudo)
    {
        var secrets = new CredentialSecrets { Password = password, PrivateKey = key, Passphrase = passphrase, SudoPassword = sudo };

        var e = await Assert.ThrowsAsync<InvalidInputException>(() => _service.AddAsync(name, user, kind, secrets, Stop));

        Assert.Equal([field], e.Errors.Select(x => x.Field));
        Assert.Single(_store.Stored);
        Assert.DoesNotContain("a\nb", e.Message);
    }

    [Fact]
    public async Task UpdateAsync_WithoutSecrets_KeepsThem()
    {
        var credential = _store.Stored[Samples.CredentialId].Credential;
        credential.User = "admin";

        await _service.UpdateAsync(credential, null, Stop);

        Assert.Equal(FakeCredentialStore.Password, _store.Stored[Samples.CredentialId].Secrets.Password);
        Assert.Equal("admin", _store.Stored[Samples.CredentialId].Credential.User);
    }

    [Fact]
    public async Task UpdateAsync_WithSecrets_ReplacesThemAll()
    {
        var credential = _store.Stored[Samples.CredentialId].Credential;

        await _service.UpdateAsync(credential, new CredentialSecrets { Password = "new", SudoPassword = "sudo" }, Stop);

        Assert.Equal("new", _store.Stored[Samples.CredentialId].Secrets.Password);
        Assert.True(credential.HasSudoPassword);
        Assert.Equal(Samples.Now, credential.ChangedAt);
    }

    [Fact]
    public async Task UpdateAsync_SpacesAroundNameAndUser_AreCutOff()
    {
        var credential = _store.Stored[Samples.CredentialId].Credential;
        (credential.Name, credential.User) = (" ops ", "root ");

        await _service.UpdateAsync(credential, null, Stop);

        Assert.Equal(("ops", "root"), (credential.Name, credential.User));
    }

    [Fact]
    public async Task UpdateAsync_WrongSecret_StoresNothing()
    {
        var credential = _store.Stored[Samples.CredentialId].Credential;

        await Assert.ThrowsAsync<InvalidInputException>(() => _service.UpdateAsync(credential, new CredentialSecrets { Password = "" }, Stop));

        Assert.Equal(FakeCredentialStore.Password, _store.Stored[Samples.CredentialId].Secrets.Password);
    }

    [Fact]
    public void ToString_OfSecrets_ShowsNone() =>
        Assert.Equal("CredentialSecrets", new CredentialSecrets { Password = "p4ss", SudoPassword = "sud0" }.ToString());
}
