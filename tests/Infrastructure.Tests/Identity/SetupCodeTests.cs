using ClusterPanel.Core;
using ClusterPanel.Infrastructure.Identity;
using ClusterPanel.Infrastructure.Tests.Persistence;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace ClusterPanel.Infrastructure.Tests.Identity;

public abstract class SetupCodeTests(IDatabases databases) : DatabaseTests(databases)
{
    private const string Password = "correct horse battery";

    private SetupCode Setup => Panel.Get<SetupCode>();

    [Fact]
    public async Task Create_RightCode_MakesAnAdministratorAndVoidsTheCode()
    {
        var code = (await Setup.EnsureAsync(Stop))!;
        Assert.Matches("^[2-9A-Z]{5}(-[2-9A-Z]{5}){3}$", code);

        await Setup.CreateAdministratorAsync(code.ToLowerInvariant().Replace('-', ' '), "admin", Password, null, Stop);

        using var scope = Panel.CreateScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<AppUser>>();
        var user = (await users.FindByNameAsync("admin"))!;
        Assert.True(await users.IsInRoleAsync(user, "Administrator"));
        Assert.True(await users.CheckPasswordAsync(user, Password));
        Assert.True(await users.GetLockoutEnabledAsync(user));
        Assert.False(await Setup.IsNeededAsync(Stop));
        Assert.Null(await Setup.EnsureAsync(Stop));
        await Assert.ThrowsAsync<InvalidInputException>(() => Setup.CreateAdministratorAsync(code, "second", Password, null, Stop));
    }

    [Theory]
    [InlineData("admin", "short", "password")]
    [InlineData("", Password, "userName")]
    [InlineData("a b", Password, "userName")]
    public async Task Create_WrongField_NamesItAndKeepsTheCode(string userName, string password, string field)
    {
        var code = (await Setup.EnsureAsync(Stop))!;

        var wrong = await Assert.ThrowsAsync<InvalidInputException>(() => Setup.CreateAdministratorAsync(code, userName, password, null, Stop));

        Assert.Equal(field, Assert.Single(wrong.Errors).Field);
        await Setup.CreateAdministratorAsync(code, "admin", Password, null, Stop);
    }

    [Fact]
    public async Task Create_CodeOfAnEarlierStart_IsRefused()
    {
        var earlier = (await Setup.EnsureAsync(Stop))!;
        await Setup.EnsureAsync(Stop);

        var wrong = await Assert.ThrowsAsync<InvalidInputException>(() => Setup.CreateAdministratorAsync(earlier, "admin", Password, null, Stop));

        Assert.Equal("code", Assert.Single(wrong.Errors).Field);
        Assert.True(await Setup.IsNeededAsync(Stop));
    }

    [Fact]
    public async Task Create_FourAtOnce_MakesOne()
    {
        var code = (await Setup.EnsureAsync(Stop))!;

        var errors = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => Task.Run(() => Record.ExceptionAsync(() => Setup.CreateAdministratorAsync(code, $"admin{i}", Password, null, Stop)).AsTask())));

        Assert.Single(errors, e => e is null);
        Assert.All(errors.OfType<Exception>(), e => Assert.True(e is ConflictException or InvalidInputException, e.ToString()));
        await using var db = Panel.OpenDatabase();
        Assert.Equal(1, await db.Users.CountAsync(Stop));
    }

    [Fact]
    public async Task Create_AfterTenWrongCodes_RefusesTheRightOneToo()
    {
        var code = (await Setup.EnsureAsync(Stop))!;
        for (var i = 0; i < 10; i++)
        {
            await Assert.ThrowsAsync<InvalidInputException>(() => Setup.CreateAdministratorAsync("WRONG", "admin", Password, null, Stop));
        }

        var wrong = await Assert.ThrowsAsync<InvalidInputException>(() => Setup.CreateAdministratorAsync(code, "admin", Password, null, Stop));

        Assert.Contains("wait a minute", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ensure_CodeMade_StoresOnlyItsHash()
    {
        var code = (await Setup.EnsureAsync(Stop))!;

        await using var db = Panel.OpenDatabase();
        Assert.DoesNotContain(await db.Settings.Select(s => s.Value).ToListAsync(Stop), v => v.Contains(code.Replace("-", "", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Roles_AfterStart_AreThere()
    {
        await using var db = Panel.OpenDatabase();

        Assert.Equal(Roles.All.Order(), (await db.Roles.Select(r => r.Name!).ToListAsync(Stop)).Order());
    }
}
