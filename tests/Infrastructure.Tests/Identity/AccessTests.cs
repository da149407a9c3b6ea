using ClusterPanel.Core;
using ClusterPanel.Core.Access;
using ClusterPanel.Core.Auditing;
using ClusterPanel.Infrastructure.Identity;
using ClusterPanel.Infrastructure.Tests.Persistence;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;

namespace ClusterPanel.Infrastructure.Tests.Identity;

public abstract class AccessTests(IDatabases databases) : DatabaseTests(databases)
{
    private const string Password = "correct horse battery";

    private IAccountStore Accounts => Panel.Get<IAccountStore>();

    private IRights Rights => Panel.Get<IRights>();

    [Fact]
    public async Task Rights_OfACookie_HoldUntilTheAccountIsChanged()
    {
        await AddAsync("root", Role.Administrator);
        var igor = await AddAsync("igor", Role.Operator);
        var stamp = await StampAsync(igor.Id);

        Assert.Equal(new Actor(igor.Id, "igor", Role.Operator, null, null), await Rights.FindAsync(igor.Id, stamp, null, Stop));
        await Accounts.ChangeAsync(igor.Id, Role.Viewer, false, TestPanel.Seeded, Stop);

        Assert.Null(await Rights.FindAsync(igor.Id, stamp, null, Stop));
        Assert.Equal(Role.Viewer, (await Rights.FindAsync(igor.Id, await StampAsync(igor.Id), null, Stop))!.Role);
        Assert.Null(await Rights.FindAsync("nobody", stamp, null, Stop));
    }

    [Theory]
    [InlineData("block")]
    [InlineData("password")]
    [InlineData("sign-out")]
    [InlineData("delete")]
    public async Task Rights_AfterEachChange_AreGone(string change)
    {
        await AddAsync("root", Role.Administrator);
        var igor = await AddAsync("igor", Role.Administrator);
        var stamp = await StampAsync(igor.Id);

        await (change switch
        {
            "block" => Accounts.ChangeAsync(igor.Id, Role.Administrator, true, TestPanel.Seeded, Stop),
            "password" => Accounts.SetPasswordAsync(igor.Id, "another long password", TestPanel.Seeded, Stop),
            "sign-out" => Accounts.SignOutEverywhereAsync(igor.Id, TestPanel.Seeded, Stop),
            _ => Accounts.DeleteAsync(igor.Id, TestPanel.Seeded, Stop),
        });

        Assert.Null(await Rights.FindAsync(igor.Id, stamp, null, Stop));
    }

    [Fact]
    public async Task Rights_OfAToken_AreTheSmallerOnesAndEndWithIt()
    {
        await AddAsync("root", Role.Administrator);
        var igor = await AddAsync("igor", Role.Operator);
        var token = await IssueAsync(igor, Role.Operator, 1);
        var old = await IssueAsync(igor, Role.Operator, -1);

        Assert.Equal(Role.Operator, (await Rights.FindAsync(igor.Id, null, token.Id, Stop))!.Role);
        await Accounts.ChangeAsync(igor.Id, Role.Viewer, false, TestPanel.Seeded, Stop);
        Assert.Equal(new Actor(igor.Id, "igor", Role.Viewer, null, token.Name), await Rights.FindAsync(igor.Id, null, token.Id, Stop));

        Assert.Null(await Rights.FindAsync(igor.Id, null, old.Id, Stop));
        Assert.Null(await Rights.FindAsync("another", null, token.Id, Stop));
        await Accounts.SignOutEverywhereAsync(igor.Id, TestPanel.Seeded, Stop);
        Assert.Null(await Rights.FindAsync(igor.Id, null, token.Id, Stop));
    }

    [Fact]
    public async Task Accounts_LastAdministrator_IsNeverLost()
    {
        var root = await AddAsync("root", Role.Administrator);
        var other = await AddAsync("other", Role.Administrator);
        await Accounts.ChangeAsync(other.Id, Role.Administrator, true, TestPanel.Seeded, Stop);

        await Assert.ThrowsAsync<ConflictException>(() => Accounts.ChangeAsync(root.Id, Role.Operator, false, TestPanel.Seeded, Stop));
        await Assert.ThrowsAsync<ConflictException>(() => Accounts.ChangeAsync(root.Id, Role.Administrator, true, TestPanel.Seeded, Stop));
        await Assert.ThrowsAsync<ConflictException>(() => Accounts.DeleteAsync(root.Id, TestPanel.Seeded, Stop));

        Assert.Equal([("other", Role.Administrator, true), ("root", Role.Administrator, false)], (await Accounts.ListAsync(Stop)).Select(a => (a.Name, a.Role, a.Blocked)));
    }

    [Fact]
    public async Task Accounts_TwoAdministratorsDemoteEachOtherAtOnce_OneStays()
    {
        var one = await AddAsync("one", Role.Administrator);
        var two = await AddAsync("two", Role.Administrator);

        var results = await Task.WhenAll(new[] { one, two }.Select(async a =>
        {
            try
            {
                await Accounts.ChangeAsync(a.Id, Role.Viewer, false, TestPanel.Seeded, Stop);
                return true;
            }
            catch (ConflictException)
            {
                return false;
            }
        }));

        Assert.Single(results, r => r);
        Assert.Single(await Accounts.ListAsync(Stop), a => a.Role == Role.Administrator);
    }

    [Fact]
    public async Task Audit_RefusedChange_WritesNothingAndDoneOnesAreFound()
    {
        await AddAsync("root", Role.Administrator);
        var audit = Panel.Get<IAuditStore>();
        var before = (await audit.ReadAsync(new AuditQuery(100), Stop)).Count;

        await Assert.ThrowsAsync<InvalidInputException>(() => Accounts.AddAsync("igor", "short", Role.Viewer, Actor.Panel.Did("account.add", "account igor"), Stop));
        Assert.Equal(before, (await audit.ReadAsync(new AuditQuery(100), Stop)).Count);
        await Accounts.AddAsync("igor", Password, Role.Viewer, Actor.Panel.Did("account.add", "account Igor", null, "Viewer"), Stop);
        await audit.AddAsync(Actor.Panel.Did("audit.read", "all"), Stop);

        var entries = await audit.ReadAsync(new AuditQuery(2), Stop);
        Assert.Equal(["audit.read", "account.add"], entries.Select(e => e.Action));
        Assert.Equal("account.add", Assert.Single(await audit.ReadAsync(new AuditQuery(100, null, "aCCount igor"), Stop)).Action);
        Assert.All(await audit.ReadAsync(new AuditQuery(100, entries[^1].Number), Stop), e => Assert.True(e.Number < entries[^1].Number));
    }

    [Fact]
    public async Task Tokens_SameNameTwice_IsRefused()
    {
        var igor = await AddAsync("igor", Role.Administrator);
        var token = await IssueAsync(igor, Role.Viewer, 1);

        await Assert.ThrowsAsync<ConflictException>(() => Panel.Get<ITokenStore>().AddAsync(
            new ApiToken { UserId = igor.Id, Name = token.Name, Role = Role.Viewer, CreatedAt = Sample.Noon, ExpiresAt = Sample.Noon, Hash = "other" }, TestPanel.Seeded, Stop));

        Assert.Equal(("igor", token.Hash), (await Panel.Get<ITokenStore>().ListAsync(igor.Id, Stop)).Select(t => (t.Owner, t.Hash)).Single());
    }

    [Fact]
    public async Task RepeatedRequests_AnswerIsKeptEncryptedUntilForgotten()
    {
        var igor = await AddAsync("igor", Role.Administrator);
        var requests = Panel.Get<IRepeatedRequests>();

        Assert.Null(await requests.BeginAsync(igor.Id, "k", "hash", Stop));
        Assert.Equal((null, "hash"), ((await requests.BeginAsync(igor.Id, "k", "other", Stop))!.Status, (await requests.BeginAsync(igor.Id, "k", "other", Stop))!.RequestHash));
        await requests.EndAsync(igor.Id, "k", new RepeatedRequest("hash", 201, "application/json", "/x", "canary-body"u8.ToArray()), Stop);
        var kept = await requests.BeginAsync(igor.Id, "k", "hash", Stop);

        Assert.Equal((201, "application/json", "/x"), (kept!.Status, kept.ContentType, kept.Location));
        Assert.Equal("canary-body"u8.ToArray(), kept.Body);
        await using var db = Panel.OpenDatabase();
        Assert.DoesNotContain("canary-body", System.Text.Encoding.Latin1.GetString(db.RepeatedRequests.Single().Body!), StringComparison.Ordinal);
        await requests.ForgetAsync(igor.Id, "k", Stop);
        Assert.Null(await requests.BeginAsync(igor.Id, "k", "other", Stop));
    }

    private async Task<UserAccount> AddAsync(string name, Role role)
    {
        await Accounts.AddAsync(name, Password, role, TestPanel.Seeded, Stop);
        return (await Accounts.ListAsync(Stop)).Single(a => a.Name == name);
    }

    private async Task<ApiToken> IssueAsync(UserAccount owner, Role role, int days) =>
        (await TokenService.IssueAsync(new Actor(owner.Id, owner.Name, owner.Role, null, null), $"t{Guid.NewGuid():N}", role, days, Panel.Get<ITokenStore>(), TimeProvider.System, Stop)).Token;

    private async Task<string> StampAsync(string id)
    {
        using var scope = Panel.CreateScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<AppUser>>();
        return await users.GetSecurityStampAsync((await users.FindByIdAsync(id))!);
    }
}
