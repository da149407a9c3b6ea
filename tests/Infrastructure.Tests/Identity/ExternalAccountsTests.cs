using ClusterPanel.Core;
using ClusterPanel.Core.Access;
using ClusterPanel.Core.Auditing;
using ClusterPanel.Infrastructure.Identity;
using ClusterPanel.Infrastructure.Tests.Persistence;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;

namespace ClusterPanel.Infrastructure.Tests.Identity;

public abstract class ExternalAccountsTests(IDatabases databases) : DatabaseTests(databases)
{
    private const string Issuer = "https://id.example.org";
    private const string Password = "correct horse battery";

    private IAccountStore Accounts => Panel.Get<IAccountStore>();

    [Fact]
    public async Task SignIn_FirstAndLater_IsOneAccountWithTheRoleOfEachTime()
    {
        var first = await SignInAsync("1", "igor", Role.Administrator);
        var stamp = await StampAsync(first.AccountId!);
        var later = await SignInAsync("1", "igor", Role.Viewer);

        Assert.Equal((ExternalSignInOutcome.SignedIn, first.AccountId), later);
        Assert.Equal([new UserAccount(first.AccountId!, "igor", Role.Viewer, false, false)], await Accounts.ListAsync(Stop));
        Assert.Null(await Panel.Get<IRights>().FindAsync(first.AccountId!, stamp, null, Stop));
        Assert.Equal(
            [("account.add", null, "Administrator"), ("sign-in", null, null), ("account.change", "Administrator", "Viewer"), ("sign-in", null, null)],
            (await AuditAsync()).Select(e => (e.Action, e.Before, e.After)));
    }

    [Fact]
    public async Task SignIn_SameRoleAgain_EndsNoSession()
    {
        var first = await SignInAsync("1", "igor", Role.Operator);
        var stamp = await StampAsync(first.AccountId!);

        await SignInAsync("1", "igor", Role.Operator);

        Assert.Equal(Role.Operator, (await Panel.Get<IRights>().FindAsync(first.AccountId!, stamp, null, Stop))?.Role);
    }

    [Fact]
    public async Task SignIn_InManyWindowsAtOnce_MakesOneAccount()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => SignInAsync("1", "igor", Role.Operator)));

        Assert.Single(results.Distinct());
        Assert.Single(await Accounts.ListAsync(Stop));
        Assert.Single(await AuditAsync(), e => e.Action == "account.add");
    }

    [Fact]
    public async Task SignIn_SameSubjectOfAnotherIssuer_IsSomebodyElse()
    {
        await SignInAsync("1", "igor", Role.Administrator);

        var other = await Panel.Get<IExternalAccounts>().SignInAsync(new ExternalIdentity("https://other.example.org", "1", "ivan"), Role.Viewer, null, Stop);

        Assert.Equal(ExternalSignInOutcome.SignedIn, other.Outcome);
        Assert.Equal([("igor", Role.Administrator), ("ivan", Role.Viewer)], (await Accounts.ListAsync(Stop)).Select(a => (a.Name, a.Role)));
    }

    [Theory]
    [InlineData("igor", null, ExternalSignInOutcome.NoRole)]
    [InlineData("IGOR", Role.Viewer, ExternalSignInOutcome.NameTaken)]
    [InlineData("zero\0byte", Role.Viewer, ExternalSignInOutcome.NameUnusable)]
    [InlineData(null, Role.Viewer, ExternalSignInOutcome.NameUnusable)]
    public async Task SignIn_Refused_StoresTheAuditEntryOnly(string? name, Role? role, ExternalSignInOutcome expected)
    {
        await Accounts.AddAsync("igor", Password, Role.Operator, TestPanel.Seeded, Stop);
        var before = await Accounts.ListAsync(Stop);

        Assert.Equal((expected, null), await SignInAsync("1", name, role));

        Assert.Equal(before, await Accounts.ListAsync(Stop));
        Assert.Equal(0, await Panel.CountAsync($"""SELECT count(*) AS "Value" FROM "AspNetUserLogins" """));
        var entry = (await AuditAsync())[^1];
        Assert.Equal(("sign-in", "1 of https://id.example.org by OpenID Connect", "10.0.0.9"), (entry.Action, entry.Target, entry.From));
        Assert.StartsWith(AuditEntry.Denied, entry.Result, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SignIn_NameLongerThanTheDatabaseHasRoomFor_IsRefused() =>
        Assert.Equal((ExternalSignInOutcome.NameUnusable, null), await SignInAsync("1", new string('a', 257), Role.Viewer));

    [Fact]
    public async Task Password_ForAnAccountOfAProvider_IsRefused()
    {
        var igor = await SignInAsync("1", "igor", Role.Operator);

        await Assert.ThrowsAsync<ConflictException>(() => Accounts.SetPasswordAsync(igor.AccountId!, Password, TestPanel.Seeded, Stop));

        using var scope = Panel.CreateScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<AppUser>>();
        Assert.False(await users.HasPasswordAsync((await users.FindByIdAsync(igor.AccountId!))!));
    }

    [Fact]
    public async Task LastAdministrator_WithAPassword_StaysEvenWhenAProviderGivesAnother()
    {
        await Accounts.AddAsync("root", Password, Role.Administrator, TestPanel.Seeded, Stop);
        var root = (await Accounts.ListAsync(Stop)).Single();
        await SignInAsync("1", "igor", Role.Administrator);

        await Assert.ThrowsAsync<ConflictException>(() => Accounts.DeleteAsync(root.Id, TestPanel.Seeded, Stop));
        await Assert.ThrowsAsync<ConflictException>(() => Accounts.ChangeAsync(root.Id, Role.Administrator, true, TestPanel.Seeded, Stop));
        await Assert.ThrowsAsync<ConflictException>(() => Accounts.ChangeAsync(root.Id, Role.Viewer, false, TestPanel.Seeded, Stop));
        await SignInAsync("1", "igor", Role.Viewer);

        Assert.Equal([("igor", Role.Viewer), ("root", Role.Administrator)], (await Accounts.ListAsync(Stop)).Select(a => (a.Name, a.Role)));
    }

    [Fact]
    public async Task Delete_AccountOfAProvider_TakesItsLoginAlong()
    {
        await Accounts.AddAsync("root", Password, Role.Administrator, TestPanel.Seeded, Stop);
        var igor = await SignInAsync("1", "igor", Role.Operator);

        await Accounts.DeleteAsync(igor.AccountId!, TestPanel.Seeded, Stop);

        Assert.NotEqual(igor, await SignInAsync("1", "igor", Role.Operator));
        Assert.Equal(1, await Panel.CountAsync($"""SELECT count(*) AS "Value" FROM "AspNetUserLogins" """));
    }

    private Task<(ExternalSignInOutcome Outcome, string? AccountId)> SignInAsync(string subject, string? name, Role? role) =>
        Panel.Get<IExternalAccounts>().SignInAsync(new ExternalIdentity(Issuer, subject, name), role, "10.0.0.9", Stop);

    private async Task<IReadOnlyList<AuditEntry>> AuditAsync() => [.. (await Panel.Get<IAuditStore>().ReadAsync(new AuditQuery(100), Stop)).Reverse()];

    private async Task<string> StampAsync(string id)
    {
        using var scope = Panel.CreateScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<AppUser>>();
        return await users.GetSecurityStampAsync((await users.FindByIdAsync(id))!);
    }
}
