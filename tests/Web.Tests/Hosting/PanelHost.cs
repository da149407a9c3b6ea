using System.Text.RegularExpressions;
using ClusterPanel.Infrastructure.Identity;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace ClusterPanel.Web.Tests.Hosting;

/// <summary>The whole panel, as Program composes it, on a database of its own.</summary>
public sealed partial class PanelHost : WebApplicationFactory<Program>
{
    public const string User = "maria";
    public const string Password = "correct horse battery";
    private readonly string _directory = Directory.CreateTempSubdirectory("clusterpanel-web-tests-").FullName;

    public HttpClient NewClient() => CreateClient(new() { AllowAutoRedirect = false, BaseAddress = new("http://localhost") });

    /// <summary>A fresh setup code, or null when there is a user.</summary>
    public Task<string?> SetupCodeAsync(CancellationToken cancellationToken) =>
        Services.GetRequiredService<SetupCode>().EnsureAsync(cancellationToken);

    public async Task EnsureUserAsync(CancellationToken cancellationToken)
    {
        if (await SetupCodeAsync(cancellationToken) is { } code)
        {
            await Services.GetRequiredService<SetupCode>().CreateAdministratorAsync(code, User, Password, cancellationToken);
        }
    }

    /// <summary>Fills a page's only form and sends it, with its anti-forgery token.</summary>
    public static async Task<HttpResponseMessage> PostFormAsync(HttpClient client, string path, CancellationToken cancellationToken, params (string Name, string Value)[] fields)
    {
        var html = await client.GetStringAsync(path, cancellationToken);
        var hidden = HiddenPattern().Matches(html).Select(m => KeyValuePair.Create(m.Groups[1].Value, m.Groups[2].Value));
        return await client.PostAsync(path, new FormUrlEncodedContent(hidden.Concat(fields.Select(f => KeyValuePair.Create(f.Name, f.Value)))), cancellationToken);
    }

    public static Task<HttpResponseMessage> SignInAsync(HttpClient client, string password, CancellationToken cancellationToken, string user = User) =>
        PostFormAsync(client, "/login", cancellationToken, ("Input.UserName", user), ("Input.Password", password));

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
        GC.SuppressFinalize(this);
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder) => builder
        .UseEnvironment("Production")
        .UseSetting("Panel:DataDirectory", _directory)
        .UseSetting("Panel:Listen", "http://localhost:0");

    [GeneratedRegex("""<input type="hidden" name="([^"]+)" value="([^"]*)" ?/?>""", RegexOptions.CultureInvariant)]
    private static partial Regex HiddenPattern();
}
