using System.Net;
using ClusterPanel.Core.Access;
using ClusterPanel.Core.Auditing;
using ClusterPanel.Web.Tests.Fakes;
using ClusterPanel.Web.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace ClusterPanel.Web.Tests.OpenId;

/// <summary>The whole panel with the settings for a provider, the provider, and a browser between them. The panel logs all it can.</summary>
public sealed class OpenIdPanel : IAsyncLifetime
{
    private readonly string _directory = Directory.CreateTempSubdirectory("clusterpanel-web-tests-").FullName;
    private readonly HttpClient _browser = new(new HttpClientHandler { AllowAutoRedirect = false });
    private OpenIdProvider? _provider;
    private PanelHost? _host;

    public OpenIdProvider Provider => _provider!;

    public PanelHost Host => _host!;

    internal MemoryLog Log { get; } = new();

    private static CancellationToken Token => Xunit.TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _provider = await OpenIdProvider.StartAsync();
        var settings = SettingsFor(_provider, SecretFile.Write(_directory, _provider.Secret));
        foreach (var category in (string[])["Default", "Microsoft", "System.Net.Http"])
        {
            settings[$"Logging:LogLevel:{category}"] = "Trace";
        }

        _host = new PanelHost { Settings = settings, Log = Log };
        await _host.EnsureUserAsync(Token);
    }

    public static Dictionary<string, string> SettingsFor(OpenIdProvider provider, string secretFile) => new()
    {
        ["OpenIdConnect:Authority"] = provider.Issuer,
        ["OpenIdConnect:ClientId"] = OpenIdProvider.ClientId,
        ["OpenIdConnect:ClientSecretFile"] = secretFile,
        ["OpenIdConnect:Administrators:0"] = "panel-admins",
        ["OpenIdConnect:Operators:0"] = "panel-operators",
        ["OpenIdConnect:Operators:1"] = "night-shift",
        ["OpenIdConnect:Viewers"] = "everybody",
        ["OpenIdConnect:DisplayName"] = "Example",
    };

    /// <summary>Follows the button to the provider.</summary>
    /// <returns>Where the provider sends the browser back to.</returns>
    public async Task<Uri> AskProviderAsync(HttpClient client, string returnUrl = "/")
    {
        using var start = await client.GetAsync($"/login/openid-connect?returnUrl={Uri.EscapeDataString(returnUrl)}", Token);
        using var answer = await _browser.GetAsync(start.Headers.Location, Token);
        return answer.Headers.Location!;
    }

    /// <summary>Follows the button to the provider and back.</summary>
    /// <returns>Where the panel leads then.</returns>
    public async Task<string> SignInAsync(HttpClient client, string returnUrl = "/") => await OpenAsync(client, await AskProviderAsync(client, returnUrl));

    /// <summary>Opens an address of the panel that must lead to another one.</summary>
    public static async Task<string> OpenAsync(HttpClient client, Uri address)
    {
        using var response = await client.GetAsync(address, Token);
        Assert.Equal(HttpStatusCode.Redirect, response.StatusCode);
        return response.Headers.Location!.ToString();
    }

    /// <summary>Follows the button in a fresh browser, must not be let in, and reads the login page.</summary>
    public async Task<string> ReadRefusalAsync()
    {
        using var client = Host.NewClient();
        return await ReadRefusalAsync(client, await AskProviderAsync(client));
    }

    /// <summary>The same from the provider's answer on.</summary>
    public static async Task<string> ReadRefusalAsync(HttpClient client, Uri callback)
    {
        var login = await OpenAsync(client, callback);
        Assert.StartsWith("/login?refused=", login, StringComparison.Ordinal);
        Assert.False(await IsSignedInAsync(client));
        return WebUtility.HtmlDecode(await client.GetStringAsync(login, Token));
    }

    public static async Task<bool> IsSignedInAsync(HttpClient client)
    {
        using var response = await client.GetAsync("/account/password", Token);
        return response.StatusCode == HttpStatusCode.OK;
    }

    public async Task<UserAccount?> FindAsync(string name) => (await Host.Services.GetRequiredService<IAccountStore>().ListAsync(Token)).SingleOrDefault(a => a.Name == name);

    /// <summary>Entries of the audit log that contain the text, oldest first.</summary>
    public async Task<IReadOnlyList<AuditEntry>> AuditAsync(string text) =>
        [.. (await Host.Services.GetRequiredService<IAuditStore>().ReadAsync(new AuditQuery(100, null, text), Token)).Reverse()];

    public async ValueTask DisposeAsync()
    {
        _browser.Dispose();
        if (_host is not null)
        {
            await _host.DisposeAsync();
        }

        if (_provider is not null)
        {
            await _provider.DisposeAsync();
        }

        Directory.Delete(_directory, recursive: true);
    }
}
