using ClusterPanel.Core.Access;
using ClusterPanel.Core.Auditing;
using ClusterPanel.Core.Tests.Fakes;
using Microsoft.Extensions.Time.Testing;

namespace ClusterPanel.Core.Tests.Access;

public sealed class TokenServiceTests
{
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;
    private readonly Tokens _store = new();

    [Fact]
    public async Task CreateAsync_ForAYear_GivesTheSecretOnceAndKeepsItsHash()
    {
        var (token, secret) = await Service(Role.Operator).CreateAsync(" ci ", Role.Viewer, 365, Stop);

        Assert.Matches("^cpt_[A-Za-z0-9_-]{43}$", secret);
        Assert.Equal(TokenService.HashOf(secret), token.Hash);
        Assert.Equal(("ci", Role.Viewer, Samples.Now.AddDays(365)), (token.Name, token.Role, token.ExpiresAt));
        Assert.Equal(("token.create", "token ci of olga", "Viewer, until 2027-01-02"), (_store.Entry!.Action, _store.Entry.Target, _store.Entry.After));
        Assert.DoesNotContain(secret, System.Text.Json.JsonSerializer.Serialize((token, _store.Entry)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", Role.Viewer, 1, "name")]
    [InlineData("a\nb", Role.Viewer, 1, "name")]
    [InlineData("a\u202eb", Role.Viewer, 1, "name")]
    [InlineData("an empty name has no letters, and this one has more than sixty-four", Role.Viewer, 1, "name")]
    [InlineData("ci", Role.Viewer, int.MaxValue, "days")]
    [InlineData("ci", Role.Administrator, 1, "role")]
    [InlineData("ci", (Role)7, 1, "role")]
    [InlineData("ci", Role.Viewer, 0, "days")]
    [InlineData("ci", Role.Viewer, 367, "days")]
    public async Task CreateAsync_WrongField_IsNamed(string name, Role role, int days, string field)
    {
        var e = await Assert.ThrowsAsync<InvalidInputException>(() => Service(Role.Operator).CreateAsync(name, role, days, Stop));

        Assert.Equal(field, Assert.Single(e.Errors).Field);
        Assert.Empty(_store.All);
    }

    [Fact]
    public async Task CreateAsync_ByAToken_IsDenied()
    {
        var service = new TokenService(new ByToken(), _store, new FakeTimeProvider(Samples.Now));

        var e = await Assert.ThrowsAsync<AccessDeniedException>(() => service.CreateAsync("more", Role.Viewer, 1, Stop));

        Assert.True(e.Known);
        Assert.Empty(_store.All);
    }

    [Fact]
    public async Task RevokeAsync_SomebodyElses_OnlyByAnAdministrator()
    {
        var token = new ApiToken { UserId = "2", Name = "theirs", Role = Role.Viewer, CreatedAt = Samples.Now, ExpiresAt = Samples.Now, Hash = "x" };
        _store.All.Add(token);

        await Assert.ThrowsAsync<ConflictException>(() => Service(Role.Operator).RevokeAsync(token.Id, Stop));
        await Service(Role.Administrator).RevokeAsync(token.Id, Stop);

        Assert.Empty(_store.All);
        Assert.Equal("token.revoke", _store.Entry!.Action);
    }

    private TokenService Service(Role role) => new(new FakeAccess(role), _store, new FakeTimeProvider(Samples.Now));

    private sealed class ByToken : IAccess
    {
        public Task<Actor> RequireAsync(Role role, CancellationToken cancellationToken) => Task.FromResult(new Actor("1", "olga", Role.Administrator, null, "ci"));
    }

    private sealed class Tokens : ITokenStore
    {
        public List<ApiToken> All { get; } = [];

        public AuditEntry? Entry { get; private set; }

        public Task<IReadOnlyList<ApiToken>> ListAsync(string? userId, CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<ApiToken>>([.. All.Where(t => userId is null || t.UserId == userId)]);

        public Task<ApiToken?> FindAsync(string hash, CancellationToken cancellationToken) => Task.FromResult(All.FirstOrDefault(t => t.Hash == hash));

        public Task AddAsync(ApiToken token, AuditEntry entry, CancellationToken cancellationToken)
        {
            Entry = entry;
            All.Add(token);
            return Task.CompletedTask;
        }

        public Task DeleteAsync(Guid id, AuditEntry entry, CancellationToken cancellationToken)
        {
            Entry = entry;
            All.RemoveAll(t => t.Id == id);
            return Task.CompletedTask;
        }
    }
}
