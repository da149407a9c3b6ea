using System.Security.Cryptography;
using ClusterPanel.Core.Access;
using Microsoft.Extensions.DependencyInjection;

namespace ClusterPanel.Web.Tests.OpenId;

/// <summary>Answers that are not right, and what somebody in between could try. Each ends on the login page and lets nobody in.</summary>
public sealed class OpenIdConnectAttackTests(OpenIdPanel panel) : IClassFixture<OpenIdPanel>
{
    private const string Failed = "Example did not answer, did not let you in, or its answer was not right";

    private static CancellationToken Token => Xunit.TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("nonce", "another nonce")]
    [InlineData("nonce", null)]
    [InlineData("aud", "another client")]
    [InlineData("iss", "http://localhost:1")]
    [InlineData("exp", 1)]
    [InlineData("sub", null)]
    [InlineData("sub", "zoë")]
    public async Task Answer_WithAWrongClaim_IsRefused(string claim, object? value)
    {
        panel.Provider.Comes("s-mallory", "mallory", "panel-admins");
        panel.Provider.Claims[claim] = value;

        Assert.Contains(Failed, await panel.ReadRefusalAsync(), StringComparison.Ordinal);
        Assert.Null(await panel.FindAsync("mallory"));
    }

    [Fact]
    public async Task Answer_SignedWithAnotherKey_IsRefused()
    {
        using var key = RSA.Create(2048);
        panel.Provider.Comes("s-mallory", "mallory", "panel-admins");
        panel.Provider.OtherKey = key;

        Assert.Contains(Failed, await panel.ReadRefusalAsync(), StringComparison.Ordinal);
        Assert.Null(await panel.FindAsync("mallory"));
    }

    [Theory]
    [InlineData("none")]
    [InlineData("RS256")]
    public async Task Answer_NotSigned_IsRefused(string algorithm)
    {
        panel.Provider.Comes("s-mallory", "mallory", "panel-admins");
        panel.Provider.UnsignedAlgorithm = algorithm;

        Assert.Contains(Failed, await panel.ReadRefusalAsync(), StringComparison.Ordinal);
        Assert.Null(await panel.FindAsync("mallory"));
    }

    [Theory]
    [InlineData("access_denied")]
    [InlineData("server_error")]
    public async Task Answer_IsAnError_IsRefused(string error)
    {
        panel.Provider.Comes("s-mallory", "mallory", "panel-admins");
        panel.Provider.Error = error;

        Assert.Contains(Failed, await panel.ReadRefusalAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answer_OpenedTwice_CountsOnce()
    {
        panel.Provider.Comes("s-nina", "nina", "everybody");
        using var client = panel.Host.NewClient();
        var callback = await panel.AskProviderAsync(client);
        Assert.Equal("/", await OpenIdPanel.OpenAsync(client, callback));
        await client.GetAsync("/logout", Token);

        Assert.StartsWith("/login?refused=Failed", await OpenIdPanel.OpenAsync(client, callback), StringComparison.Ordinal);
        Assert.Single(await panel.AuditAsync("nina"), e => e.Action == "sign-in");
    }

    [Fact]
    public async Task Answer_OpenedInAnotherBrowser_IsRefused()
    {
        panel.Provider.Comes("s-olaf", "olaf", "everybody");
        using var attacker = panel.Host.NewClient();
        using var victim = panel.Host.NewClient();

        Assert.Contains(Failed, await OpenIdPanel.ReadRefusalAsync(victim, await panel.AskProviderAsync(attacker)), StringComparison.Ordinal);
        Assert.Null(await panel.FindAsync("olaf"));
    }

    [Theory]
    [InlineData("/signin-oidc")]
    [InlineData("/signin-oidc?code=a&state=b")]
    [InlineData("/signin-oidc?error=access_denied&error_description=%0Aline")]
    public async Task Answer_NobodyAskedFor_IsRefused(string path)
    {
        using var client = panel.Host.NewClient();

        Assert.Contains(Failed, await OpenIdPanel.ReadRefusalAsync(client, new Uri(path, UriKind.Relative)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answer_CodeOfAnotherTry_IsRefused()
    {
        panel.Provider.Comes("s-paul", "paul", "everybody");
        using var client = panel.Host.NewClient();
        using var other = panel.Host.NewClient();
        var stolen = CodeOf(await panel.AskProviderAsync(other));
        var own = await panel.AskProviderAsync(client);

        var mixed = new Uri(own.ToString().Replace(CodeOf(own), stolen, StringComparison.Ordinal));

        Assert.Contains(Failed, await OpenIdPanel.ReadRefusalAsync(client, mixed), StringComparison.Ordinal);

        static string CodeOf(Uri callback) => System.Web.HttpUtility.ParseQueryString(callback.Query)["code"]!;
    }

    [Fact]
    public async Task Request_ToTheProvider_HasProofKeyStateAndNonce()
    {
        panel.Provider.Comes("s-quinn", "quinn", "everybody");
        using var client = panel.Host.NewClient();

        using var start = await client.GetAsync("/login/openid-connect", Token);
        await panel.AskProviderAsync(client);

        var asked = panel.Provider.LastRequest!;
        Assert.Equal(("S256", "code", "http://localhost/signin-oidc"), (asked["code_challenge_method"].ToString(), asked["response_type"].ToString(), asked["redirect_uri"].ToString()));
        Assert.All((string[])["code_challenge", "state", "nonce"], n => Assert.NotEmpty(asked[n].ToString()));
        Assert.All(start.Headers.GetValues("Set-Cookie"), c => Assert.Contains("httponly", c, StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData("https://elsewhere.example/")]
    [InlineData("//elsewhere.example")]
    [InlineData("/\\elsewhere.example")]
    public async Task ReturnUrl_OfAnotherSite_LeadsHome(string returnUrl)
    {
        panel.Provider.Comes("s-rosa", "rosa", "everybody");
        using var client = panel.Host.NewClient();

        Assert.Equal("/", await panel.SignInAsync(client, returnUrl));

        panel.Provider.Error = "access_denied";
        Assert.EndsWith("&returnUrl=%2F", await panel.SignInAsync(client, returnUrl), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/signout-oidc")]
    [InlineData("/signout-callback-oidc")]
    public async Task Address_ForSignOutByTheProvider_IsNotThere(string path)
    {
        using var client = panel.Host.NewClient();

        Assert.Contains("/login?returnUrl=", await OpenIdPanel.OpenAsync(client, new Uri(path, UriKind.Relative)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Secrets_OfASignInThatWorkedAndOfOneThatDidNot_AreInNoLogLine()
    {
        panel.Provider.Comes("s-tina", "tina", "everybody");
        using var client = panel.Host.NewClient();
        await panel.SignInAsync(client);
        panel.Provider.Claims["nonce"] = "another nonce";
        await panel.ReadRefusalAsync();

        Assert.Contains(panel.Log.Lines, l => l.Contains("tina signed in with OpenID Connect", StringComparison.Ordinal));
        Assert.Contains(panel.Log.Lines, l => l.Contains("Sign-in with OpenID Connect refused", StringComparison.Ordinal));
        Assert.NotEmpty(panel.Provider.Told);
        Assert.All((string[])[panel.Provider.Secret, .. panel.Provider.Told], s => Assert.DoesNotContain(panel.Log.Lines, l => l.Contains(s, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Provider_IsAway_IsSaidOnTheLoginPage()
    {
        var directory = Directory.CreateTempSubdirectory("clusterpanel-web-tests-");
        var gone = await OpenIdProvider.StartAsync();
        var settings = OpenIdPanel.SettingsFor(gone, SecretFile.Write(directory.FullName, gone.Secret));
        await gone.DisposeAsync();
        await using var own = new Hosting.PanelHost { Settings = settings };
        await own.EnsureUserAsync(Token);
        using var client = own.NewClient();

        var page = await OpenIdPanel.ReadRefusalAsync(client, new Uri("/login/openid-connect", UriKind.Relative));
        directory.Delete(recursive: true);

        Assert.Contains(Failed, page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Provider_DoesNotTakeTheSecret_IsSaidOnTheLoginPageAndInTheLogWithoutIt()
    {
        var directory = Directory.CreateTempSubdirectory("clusterpanel-web-tests-");
        using var log = new Fakes.MemoryLog();
        var settings = OpenIdPanel.SettingsFor(panel.Provider, SecretFile.Write(directory.FullName, "wrong-canary-secret"));
        settings["Logging:LogLevel:Default"] = settings["Logging:LogLevel:Microsoft"] = "Trace";
        await using var own = new Hosting.PanelHost { Settings = settings, Log = log };
        await own.EnsureUserAsync(Token);
        panel.Provider.Comes("s-uwe", "uwe", "everybody");
        using var client = own.NewClient();

        var page = await OpenIdPanel.ReadRefusalAsync(client, await panel.AskProviderAsync(client));
        directory.Delete(recursive: true);

        Assert.Contains(Failed, page, StringComparison.Ordinal);
        Assert.Contains(log.Lines, l => l.Contains("invalid_client", StringComparison.Ordinal));
        Assert.DoesNotContain(log.Lines, l => l.Contains("wrong-canary-secret", StringComparison.Ordinal));
        Assert.DoesNotContain(await own.Services.GetRequiredService<IAccountStore>().ListAsync(Token), a => a.Name == "uwe");
    }
}
