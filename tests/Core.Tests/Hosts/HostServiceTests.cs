using ClusterPanel.Core.Hosts;
using ClusterPanel.Core.Tests.Fakes;
using Microsoft.Extensions.Time.Testing;

namespace ClusterPanel.Core.Tests.Hosts;

public sealed class HostServiceTests
{
    private static readonly HostKey Approved = new("ssh-ed25519", "SHA256:approved");
    private static readonly HostKey Other = new("ssh-ed25519", "SHA256:other");
    private readonly Host _host = new() { Name = "h1", Address = "10.0.0.11", CredentialId = Samples.CredentialId };
    private readonly FakeSessions _sessions = new();
    private readonly FakeHostStore _store;
    private readonly HostService _service;

    public HostServiceTests()
    {
        _store = new FakeHostStore(_host);
        _service = new HostService(new FakeAccess(), _store, new FakeCredentialStore(), _sessions, new FakeTimeProvider(Samples.Now));
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AddAsync_GoodHosts_AreStoredUntrusted()
    {
        var added = await _service.AddAsync([new NewHost("h2", "10.0.0.12", 2222, "ops")], Samples.CredentialId, Stop);

        var host = Assert.Single(added);
        Assert.Contains(host, _store.Hosts);
        Assert.Equal(("h2", "10.0.0.12", 2222, "ops"), (host.Name, host.Address, host.Port, host.User));
        Assert.Null(host.TrustedKey);
    }

    [Fact]
    public async Task AddAsync_OneIsWrong_StoresNone()
    {
        var e = await Assert.ThrowsAsync<InvalidInputException>(() => _service.AddAsync([new NewHost("h2", "10.0.0.12"), new NewHost("h3", "nope!")], Samples.CredentialId, Stop));

        Assert.Equal(["address"], e.Errors.Select(x => x.Field));
        Assert.Single(_store.Hosts);
    }

    [Fact]
    public async Task AddAsync_NoSuchCredential_NamesTheField()
    {
        var e = await Assert.ThrowsAsync<InvalidInputException>(() => _service.AddAsync([new NewHost("h2", "10.0.0.12")], Guid.NewGuid(), Stop));

        Assert.Equal("credentialId", Assert.Single(e.Errors).Field);
    }

    [Fact]
    public async Task ReadKeyAsync_HostShowsAKey_IsSeenAndNotTrusted()
    {
        _host.LastError = "old";
        _sessions.OnReadKey = (_, _) => Other;

        await _service.ReadKeyAsync(_host.Id, Stop);

        Assert.Equal((Other, (HostKey?)null, (string?)null), (_host.SeenKey, _host.TrustedKey, _host.LastError));
    }

    [Fact]
    public async Task ReadKeyAsync_NothingAnswers_IsRemembered()
    {
        _sessions.OnReadKey = (_, _) => throw new HostUnreachableException("h1", "Nothing answers.");

        var host = await _service.ReadKeyAsync(_host.Id, Stop);

        Assert.Equal("Nothing answers.", host.LastError);
        Assert.Null(host.SeenKey);
    }

    [Fact]
    public async Task TrustAsync_FingerprintThatWasSeen_IsPinned()
    {
        _host.SeenKey = Approved;

        await _service.TrustAsync(_host.Id, Approved.Fingerprint, false, Stop);

        Assert.Equal(Approved, _host.TrustedKey);
        Assert.Equal(1, _host.Version);
    }

    [Fact]
    public async Task TrustAsync_HostHasShownAnotherKeySince_IsRefused()
    {
        _host.SeenKey = Other;

        await Assert.ThrowsAsync<ConflictException>(() => _service.TrustAsync(_host.Id, Approved.Fingerprint, false, Stop));

        Assert.Null(_host.TrustedKey);
    }

    [Fact]
    public async Task TrustAsync_AnotherKeyWasApproved_IsReplacedOnlyWhenThatIsAskedFor()
    {
        (_host.TrustedKey, _host.SeenKey) = (Approved, Other);

        var e = await Assert.ThrowsAsync<ConflictException>(() => _service.TrustAsync(_host.Id, Other.Fingerprint, false, Stop));
        Assert.Equal(Approved, _host.TrustedKey);
        await _service.TrustAsync(_host.Id, Other.Fingerprint, true, Stop);

        Assert.Contains("Another key of h1 was approved before", e.Message, StringComparison.Ordinal);
        Assert.Equal(Other, _host.TrustedKey);
        var entry = Assert.Single(_store.Entries);
        Assert.Equal(("host-key.replace", "host h1", Approved.Fingerprint, Other.Fingerprint), (entry.Action, entry.Target, entry.Before, entry.After));
    }

    [Fact]
    public async Task TrustAsync_NothingWasSeen_IsRefused() =>
        await Assert.ThrowsAsync<ConflictException>(() => _service.TrustAsync(_host.Id, "", false, Stop));

    [Fact]
    public async Task ProbeAsync_HostAnswers_StoresFactsWithTheirTime()
    {
        _host.LastError = "old";
        _sessions.Respond = (_, command, _) => Task.FromResult(FakeSessions.Ok(command == HostFactsScript.Command ? "hostname h1\nend ok\n" : ""));

        await _service.ProbeAsync(_host.Id, Stop);

        Assert.Equal("h1", _host.Facts!.HostName);
        Assert.Equal(Samples.Now, _host.FactsAt);
        Assert.Null(_host.LastError);
        Assert.Equal(0, _sessions.Open);
    }

    [Fact]
    public async Task ProbeAsync_LoginRefused_IsRememberedAndOldFactsStay()
    {
        _host.Facts = Samples.Facts(1);
        _sessions.OnOpen = host => throw new HostAuthenticationException(host.Name, "The password was refused.");

        var host = await _service.ProbeAsync(_host.Id, Stop);

        Assert.Equal("The password was refused.", host.LastError);
        Assert.NotNull(host.Facts);
    }

    [Fact]
    public async Task ProbeAsync_KeyChanged_ShowsTheNewKeyAndKeepsThePin()
    {
        (_host.TrustedKey, _host.SeenKey) = (Approved, Approved);
        _sessions.OnOpen = host => throw new HostKeyChangedException(host.Name, Approved, Other);

        await _service.ProbeAsync(_host.Id, Stop);

        Assert.Equal((Approved, Other), (_host.TrustedKey, _host.SeenKey));
        Assert.Contains("has changed", _host.LastError);
    }

    [Fact]
    public async Task ProbeAsync_HostIsGone_IsAConflict() =>
        await Assert.ThrowsAsync<ConflictException>(() => _service.ProbeAsync(Guid.NewGuid(), Stop));
}
