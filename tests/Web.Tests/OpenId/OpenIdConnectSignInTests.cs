using ClusterPanel.Core.Access;
using ClusterPanel.Web.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace ClusterPanel.Web.Tests.OpenId;

/// <summary>Who is let in through a provider, as whom, and with which role.</summary>
public sealed class OpenIdConnectSignInTests(OpenIdPanel panel) : IClassFixture<OpenIdPanel>
{
    private static CancellationToken Token => Xunit.TestContext.Current.CancellationToken;

    [Fact]
    public async Task Login_ProviderIsSet_ShowsTheButtonBesideTheForm()
    {
        using var client = panel.Host.NewClient();

        var html = await client.GetStringAsync("/login?returnUrl=%2Fhosts", Token);

        Assert.Contains("href=\"/login/openid-connect?returnUrl=%2Fhosts\"", html, StringComparison.Ordinal);
        Assert.Contains("Sign in with Example", html, StringComparison.Ordinal);
        Assert.Contains("name=\"Input.Password\"", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SignIn_FirstTime_MakesTheAccountWithItsRole()
    {
        panel.Provider.Comes("s-anna", "anna", "something else", "panel-operators");
        using var client = panel.Host.NewClient();

        Assert.Equal("/hosts?q=a", await panel.SignInAsync(client, "/hosts?q=a"));

        Assert.True(await OpenIdPanel.IsSignedInAsync(client));
        Assert.Equal((Role.Operator, false), await panel.FindAsync("anna") is { } anna ? (anna.Role, anna.Blocked) : default);
        var entries = await panel.AuditAsync("anna");
        Assert.Equal([("account.add", "done", "Operator"), ("sign-in", "done", null)], entries.Select(e => (e.Action, e.Result, e.After)));
        Assert.All(entries, e => Assert.Equal(("anna", "account anna by OpenID Connect"), (e.User, e.Target)));
    }

    [Theory]
    [InlineData(Role.Administrator, "everybody", "panel-admins", "night-shift")]
    [InlineData(Role.Operator, "night-shift", "everybody")]
    [InlineData(Role.Viewer, "everybody")]
    public async Task SignIn_SeveralValues_GiveTheHighestRole(Role expected, params string[] values)
    {
        var name = $"many-{expected}";
        panel.Provider.Comes($"s-{name}", name, values);
        using var client = panel.Host.NewClient();

        await panel.SignInAsync(client);

        Assert.Equal(expected, (await panel.FindAsync(name))?.Role);
    }

    [Fact]
    public async Task SignIn_ClaimIsOneText_CountsAsItsOnlyValue()
    {
        panel.Provider.Comes("s-one", "one");
        panel.Provider.Claims["roles"] = "night-shift";
        using var client = panel.Host.NewClient();

        await panel.SignInAsync(client);

        Assert.Equal(Role.Operator, (await panel.FindAsync("one"))?.Role);
    }

    [Fact]
    public async Task SignIn_RoleIsAnotherOne_ChangesItAndEndsOlderSessions()
    {
        using var older = panel.Host.NewClient();
        using var client = panel.Host.NewClient();
        panel.Provider.Comes("s-bert", "bert", "panel-admins");
        await panel.SignInAsync(older);
        Assert.True(await OpenIdPanel.IsSignedInAsync(older));

        panel.Provider.Comes("s-bert", "bert", "everybody");
        await panel.SignInAsync(client);

        Assert.Equal(Role.Viewer, (await panel.FindAsync("bert"))?.Role);
        Assert.False(await OpenIdPanel.IsSignedInAsync(older));
        Assert.True(await OpenIdPanel.IsSignedInAsync(client));
        var change = Assert.Single(await panel.AuditAsync("bert"), e => e.Action == "account.change");
        Assert.Equal(("Administrator", "Viewer", "done"), (change.Before, change.After, change.Result));
    }

    [Fact]
    public async Task SignIn_NameIsAnotherOne_IsTheSameAccount()
    {
        using var client = panel.Host.NewClient();
        panel.Provider.Comes("s-carla", "carla", "everybody");
        await panel.SignInAsync(client);

        panel.Provider.Comes("s-carla", "carla.new", "panel-operators");
        await panel.SignInAsync(client);

        Assert.Equal(Role.Operator, (await panel.FindAsync("carla"))?.Role);
        Assert.Null(await panel.FindAsync("carla.new"));
    }

    [Fact]
    public async Task SignIn_NoRole_IsRefusedAndNothingIsStored()
    {
        panel.Provider.Comes("s-dora", "dora", "something else");

        Assert.Contains("Example gives you no role in this panel", await panel.ReadRefusalAsync(), StringComparison.Ordinal);

        Assert.Null(await panel.FindAsync("dora"));
        var entry = Assert.Single(await panel.AuditAsync("dora"));
        Assert.Equal(("dora", "sign-in", "denied: the provider gives no role"), (entry.User, entry.Action, entry.Result));
    }

    [Fact]
    public async Task SignIn_RoleIsTakenAway_IsRefused()
    {
        using var client = panel.Host.NewClient();
        panel.Provider.Comes("s-emil", "emil", "panel-operators");
        await panel.SignInAsync(client);

        panel.Provider.Comes("s-emil", "emil");

        Assert.Contains("gives you no role", await panel.ReadRefusalAsync(), StringComparison.Ordinal);
        Assert.Equal("denied: the provider gives no role", (await panel.AuditAsync("emil"))[^1].Result);
    }

    [Theory]
    [InlineData(PanelHost.User)]
    [InlineData("MARIA")]
    public async Task SignIn_NameOfALocalAccount_IsRefusedAndTheAccountStaysAsItIs(string name)
    {
        panel.Provider.Comes($"s-thief-{name}", name, "everybody");

        Assert.Contains("Another account of this panel has your user name", await panel.ReadRefusalAsync(), StringComparison.Ordinal);

        Assert.Equal(Role.Administrator, (await panel.FindAsync(PanelHost.User))?.Role);
        using var owner = panel.Host.NewClient();
        await PanelHost.SignInAsync(owner, PanelHost.Password, Token);
        Assert.True(await OpenIdPanel.IsSignedInAsync(owner));
    }

    [Fact]
    public async Task SignIn_NameOfSomebodyElseAtTheProvider_IsRefused()
    {
        using var client = panel.Host.NewClient();
        panel.Provider.Comes("s-frida", "frida", "everybody");
        await panel.SignInAsync(client);

        panel.Provider.Comes("s-another-frida", "frida", "panel-admins");

        Assert.Contains("Another account of this panel has your user name", await panel.ReadRefusalAsync(), StringComparison.Ordinal);
        Assert.Equal(Role.Viewer, (await panel.FindAsync("frida"))?.Role);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("two words")]
    [InlineData("line\nbreak")]
    public async Task SignIn_NameNoAccountCanHave_IsRefused(string? name)
    {
        panel.Provider.Comes("s-gerd", name, "everybody");

        Assert.Contains("does not tell a user name that the panel can use", await panel.ReadRefusalAsync(), StringComparison.Ordinal);

        var entry = (await panel.AuditAsync("s-gerd"))[^1];
        Assert.Equal(("?", "denied: the provider gives no usable name"), (entry.User, entry.Result));
    }

    [Fact]
    public async Task SignIn_AccountIsBlocked_StaysOutWhateverTheProviderSays()
    {
        using var client = panel.Host.NewClient();
        panel.Provider.Comes("s-hugo", "hugo", "everybody");
        await panel.SignInAsync(client);
        var hugo = (await panel.FindAsync("hugo"))!;
        await panel.Host.Services.GetRequiredService<IAccountStore>().ChangeAsync(hugo.Id, Role.Viewer, true, Actor.Panel.Did("account.change", "account hugo"), Token);

        panel.Provider.Comes("s-hugo", "hugo", "panel-admins");

        Assert.Contains("Your account is blocked", await panel.ReadRefusalAsync(), StringComparison.Ordinal);
        Assert.False(await OpenIdPanel.IsSignedInAsync(client));
        Assert.Equal(hugo with { Blocked = true }, await panel.FindAsync("hugo"));
        Assert.Equal("denied: the account is blocked", (await panel.AuditAsync("hugo"))[^1].Result);
    }

    [Fact]
    public async Task SignIn_WrongPasswordsBefore_LetsInAllTheSame()
    {
        using var client = panel.Host.NewClient();
        panel.Provider.Comes("s-ida", "ida", "everybody");
        await panel.SignInAsync(client);
        using var attacker = panel.Host.NewClient();
        for (var i = 0; i < 6; i++)
        {
            await PanelHost.SignInAsync(attacker, "any password", Token, "ida");
        }

        Assert.False(await OpenIdPanel.IsSignedInAsync(attacker));
        Assert.Equal("/", await panel.SignInAsync(client));
    }

    [Fact]
    public async Task Account_OfAProvider_HasNoPasswordToChangeAndSignsOut()
    {
        using var client = panel.Host.NewClient();
        panel.Provider.Comes("s-jana", "jana", "everybody");
        await panel.SignInAsync(client);

        var page = await client.GetStringAsync("/account/password", Token);
        await PanelHost.PostFormAsync(client, "/logout", Token);

        Assert.Contains("Your account has no password here", page, StringComparison.Ordinal);
        Assert.DoesNotContain("type=\"password\"", page, StringComparison.Ordinal);
        Assert.False(await OpenIdPanel.IsSignedInAsync(client));
    }

    [Fact]
    public async Task Account_OfALocalUser_KeepsItsPasswordPage()
    {
        using var client = panel.Host.NewClient();
        await PanelHost.SignInAsync(client, PanelHost.Password, Token);

        Assert.Contains("type=\"password\"", await client.GetStringAsync("/account/password", Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Panel_NoUserYet_LeadsToSetupInsteadOfTheProvider()
    {
        var directory = Directory.CreateTempSubdirectory("clusterpanel-web-tests-");
        await using var own = new PanelHost { Settings = OpenIdPanel.SettingsFor(panel.Provider, SecretFile.Write(directory.FullName, panel.Provider.Secret)) };
        using var client = own.NewClient();

        var start = await OpenIdPanel.OpenAsync(client, new Uri("/login/openid-connect", UriKind.Relative));
        directory.Delete(recursive: true);

        Assert.Equal("/setup", start);
    }

    [Fact]
    public async Task Panel_NoProviderIsSet_HasNeitherButtonNorAddresses()
    {
        await using var own = new PanelHost();
        await own.EnsureUserAsync(Token);
        using var client = own.NewClient();

        Assert.DoesNotContain("openid", await client.GetStringAsync("/login?refused=NoRole", Token), StringComparison.OrdinalIgnoreCase);
        Assert.Contains("/login?returnUrl=", await OpenIdPanel.OpenAsync(client, new Uri("/login/openid-connect", UriKind.Relative)), StringComparison.Ordinal);
        Assert.Contains("/login?returnUrl=", await OpenIdPanel.OpenAsync(client, new Uri("/signin-oidc?code=a&state=b", UriKind.Relative)), StringComparison.Ordinal);
    }
}
