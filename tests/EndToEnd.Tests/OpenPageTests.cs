using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;
using ClusterPanel.EndToEnd.Tests.Fixtures;
using Microsoft.Playwright;

namespace ClusterPanel.EndToEnd.Tests;

/// <summary>The panel's program and who may reach it. Needs no lab hosts.</summary>
public sealed class OpenPageTests : IAsyncDisposable
{
    private const string Password = "a long enough password";
    private readonly string _data = Directory.CreateTempSubdirectory("clusterpanel-e2e-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_data, recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Page_AccountIsBlockedMeanwhile_IsLeftWithinSeconds()
    {
        Assert.SkipWhen(Browser.Missing is not null, Browser.Missing ?? "");
        await using var panel = new PanelProcess(_data, null);
        await panel.StartAsync();
        using var program = new HttpClient { BaseAddress = new Uri(panel.Address) };
        await SetUpAsync(program, panel.SetupCode!);
        Assert.Equal(HttpStatusCode.Created, (await program.PostAsJsonAsync("/api/v1/accounts", new { userName = "igor", password = Password, role = "Operator" }, Token)).StatusCode);
        await using var browser = await Browser.OpenAsync(panel.Address);
        var page = browser.Page;
        await page.GotoAsync("/hosts");
        await page.GetByLabel("User name").FillAsync("igor");
        await page.GetByLabel("Password").FillAsync(Password);
        await browser.Button("Sign in").ClickAsync();
        await Assertions.Expect(browser.Button("Add hosts")).ToBeVisibleAsync();

        var accounts = await program.GetFromJsonAsync<JsonElement>("/api/v1/accounts", Token);
        var igor = accounts.GetProperty("items").EnumerateArray().Single(a => a.GetProperty("name").GetString() == "igor").GetProperty("id").GetString();
        Assert.Equal(HttpStatusCode.NoContent, (await program.PutAsJsonAsync($"/api/v1/accounts/{igor}", new { role = "Operator", blocked = true }, Token)).StatusCode);

        await Assertions.Expect(page).ToHaveURLAsync(new Regex("/login"), new() { Timeout = 10_000 });
    }

    [Fact]
    public async Task Listen_AtAnAddress_ServesTheCertificateThatWasPrintedAndNothingWithoutTls()
    {
        await using var panel = new PanelProcess(_data, null);
        var address = $"127.0.0.1:{new Uri(panel.Address).Port}";
        await panel.StartAsync($"--listen={address}");
        string? served = null;
        using var handler = new HttpClientHandler
        {
            ServerCertificateCustomValidationCallback = (_, certificate, _, _) =>
            {
                served = certificate!.GetCertHashString(HashAlgorithmName.SHA256);
                return true;
            },
        };
        using var client = new HttpClient(handler);

        var page = await client.GetAsync($"https://{address}/setup", Token);

        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.All(page.Headers.GetValues("Set-Cookie"), c => Assert.Contains("; secure", c, StringComparison.OrdinalIgnoreCase));
        var printed = panel.Output.Split('\n').Single(l => l.StartsWith("Certificate SHA-256: ", StringComparison.Ordinal))["Certificate SHA-256: ".Length..];
        Assert.Equal(printed.Replace(":", "", StringComparison.Ordinal), served, ignoreCase: true);
        using var plain = new HttpClient();
        await Assert.ThrowsAsync<HttpRequestException>(() => plain.GetAsync($"http://{address}/setup", Token));
    }

    private static async Task SetUpAsync(HttpClient program, string code)
    {
        using var answer = await program.PostAsJsonAsync("/api/v1/setup", new { code, userName = "admin", password = Password }, Token);
        program.DefaultRequestHeaders.Authorization = new("Bearer", (await answer.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("token").GetString());
    }
}
