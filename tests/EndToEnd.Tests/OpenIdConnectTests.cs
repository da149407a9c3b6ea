using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using ClusterPanel.EndToEnd.Tests.Fixtures;
using ClusterPanel.Web.Tests.OpenId;
using Microsoft.Playwright;

namespace ClusterPanel.EndToEnd.Tests;

/// <summary>The panel's program with the settings for an OpenID provider. Needs no lab hosts.</summary>
public sealed class OpenIdConnectTests : IAsyncDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("clusterpanel-e2e-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SignIn_ThroughAProvider_GivesTheRoleOfTheClaim()
    {
        await using var provider = await OpenIdProvider.StartAsync();
        await using var panel = new PanelProcess(_data, null);
        await panel.StartAsync([.. Settings(provider.Issuer, SecretFile.Write(_data, provider.Secret)), "--Logging:LogLevel:Default=Trace", "--Logging:LogLevel:Microsoft=Trace", "--Logging:LogLevel:System.Net.Http=Trace"]);
        using var program = new HttpClient { BaseAddress = new Uri(panel.Address) };
        await SetUpAsync(program, panel.SetupCode!);
        using var browser = new HttpClient { BaseAddress = new Uri(panel.Address) };
        Assert.Contains("Sign in with OpenID Connect", await browser.GetStringAsync("/login", Token), StringComparison.Ordinal);

        provider.Comes("s-erika", "erika", "panel-operators");
        Assert.Equal("/account/password", await PathAfterAsync(browser, "/login/openid-connect?returnUrl=%2Faccount%2Fpassword"));
        Assert.Equal("Operator", await RoleAsync(program, "erika"));
        provider.Comes("s-erika", "erika", "panel-admins");
        Assert.Equal("/account/password", await PathAfterAsync(browser, "/login/openid-connect?returnUrl=%2Faccount%2Fpassword"));
        Assert.Equal("Administrator", await RoleAsync(program, "erika"));
        provider.Comes("s-else", "somebody.else", "another role");
        using var other = new HttpClient { BaseAddress = new Uri(panel.Address) };
        Assert.Equal("/login?refused=NoRole&returnUrl=%2F", await PathAfterAsync(other, "/login/openid-connect"));
        Assert.Null(await RoleAsync(program, "somebody.else"));

        await panel.TerminateAsync();
        Assert.Contains("erika signed in with OpenID Connect", panel.Output, StringComparison.Ordinal);
        Assert.All((string[])[provider.Secret, .. provider.Told], s => Assert.DoesNotContain(s, panel.Output, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Button_ClickedInABrowser_LeadsThroughTheProviderToThePage()
    {
        Assert.SkipWhen(Browser.Missing is not null, Browser.Missing ?? "");
        await using var provider = await OpenIdProvider.StartAsync();
        await using var panel = new PanelProcess(_data, null);
        await panel.StartAsync(Settings(provider.Issuer, SecretFile.Write(_data, provider.Secret)));
        using var program = new HttpClient { BaseAddress = new Uri(panel.Address) };
        await SetUpAsync(program, panel.SetupCode!);
        await using var browser = await Browser.OpenAsync(panel.Address);
        var page = browser.Page;

        provider.Comes("s-erika", "erika");
        await page.GotoAsync("/accounts");
        await ClickAsync(browser);
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("OpenID Connect gives you no role in this panel");
        await browser.ShootAsync("login-refused");
        provider.Comes("s-erika", "erika", "panel-admins");
        await ClickAsync(browser);

        await Assertions.Expect(page).ToHaveURLAsync(new Regex("/accounts$"));
        await Assertions.Expect(page.GetByRole(AriaRole.Cell, new() { Name = "erika", Exact = true })).ToBeVisibleAsync();
        browser.AssertClean();
    }

    [Fact]
    public async Task Request_ThroughATrustedProxy_TellsTheProviderTheAddressOfTheBrowser()
    {
        await using var provider = await OpenIdProvider.StartAsync();
        await using var panel = new PanelProcess(_data, null);
        await panel.StartAsync([.. Settings(provider.Issuer, SecretFile.Write(_data, provider.Secret)), "--Panel:TrustedProxies:0=127.0.0.1", "--Panel:TrustedProxies:1=::1"]);
        using var proxy = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri(panel.Address) };
        proxy.DefaultRequestHeaders.Add("X-Forwarded-Proto", "https");
        proxy.DefaultRequestHeaders.Add("X-Forwarded-Host", "panel.example.org");
        await SetUpAsync(proxy, panel.SetupCode!);

        using var response = await proxy.GetAsync("/login/openid-connect", Token);

        Assert.Contains($"redirect_uri={Uri.EscapeDataString("https://panel.example.org/signin-oidc")}&", response.Headers.Location?.ToString(), StringComparison.Ordinal);
        Assert.All(response.Headers.GetValues("Set-Cookie"), c => Assert.Contains("; secure", c, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Start_WithAWrongSetting_IsRefusedInOneSentence()
    {
        var settings = Settings("http://id.example.org", SecretFile.Write(_data, "canary-secret"));

        var (code, output, error) = await Shell.TryAsync("dotnet", [PanelProcess.Program, "--Panel:Listen=http://localhost:0", $"--Panel:DataDirectory={_data}", .. settings], TimeSpan.FromMinutes(1));

        Assert.Equal(1, code);
        Assert.Equal("ClusterPanel does not start: The setting OpenIdConnect:Authority would send the client's secret without encryption to \"http://id.example.org\": use https://.", error.Trim());
        Assert.Equal("", output.Trim());
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_data, recursive: true);
        return ValueTask.CompletedTask;
    }

    private static string[] Settings(string authority, string secretFile) =>
    [
        $"--OpenIdConnect:Authority={authority}", $"--OpenIdConnect:ClientId={OpenIdProvider.ClientId}", $"--OpenIdConnect:ClientSecretFile={secretFile}",
        "--OpenIdConnect:Administrators:0=panel-admins", "--OpenIdConnect:Operators:0=panel-operators",
    ];

    // Not before Blazor runs, which takes the clicks on links from then on.
    private static async Task ClickAsync(Browser browser)
    {
        await browser.Page.WaitForFunctionAsync("() => window.Blazor !== undefined");
        await browser.Link("Sign in with OpenID Connect").ClickAsync();
    }

    // The first administrator, who looks on by a token.
    private static async Task SetUpAsync(HttpClient program, string code)
    {
        using var response = await program.PostAsJsonAsync("/api/v1/setup", new { code, userName = "maria", password = "correct horse battery" }, Token);
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>(Token);
        program.DefaultRequestHeaders.Authorization = new("Bearer", answer.GetProperty("token").GetString());
    }

    private static async Task<string> PathAfterAsync(HttpClient browser, string path)
    {
        using var response = await browser.GetAsync(path, Token);
        response.EnsureSuccessStatusCode();
        return response.RequestMessage!.RequestUri!.PathAndQuery;
    }

    private static async Task<string?> RoleAsync(HttpClient program, string name)
    {
        var page = await program.GetFromJsonAsync<JsonElement>("/api/v1/accounts", Token);
        var account = page.GetProperty("items").EnumerateArray().SingleOrDefault(a => a.GetProperty("name").GetString() == name);
        return account.ValueKind == JsonValueKind.Undefined ? null : account.GetProperty("role").GetString();
    }
}
