using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using ClusterPanel.Core.Access;
using ClusterPanel.Web.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace ClusterPanel.Web.Tests.Api;

/// <summary>A program that shows a token of an account with a role.</summary>
internal sealed class ApiClient(HttpClient http) : IDisposable
{
    private static CancellationToken Token => Xunit.TestContext.Current.CancellationToken;

    /// <summary>With a token of that role, or with none.</summary>
    public static async Task<ApiClient> OfAsync(PanelHost host, Role? role)
    {
        await host.EnsureUserAsync(Token);
        var http = host.NewClient();
        if (role is { } r)
        {
            var store = host.Services.GetRequiredService<ITokenStore>();
            var owner = (await host.Services.GetRequiredService<IAccountStore>().ListAsync(Token)).Single(a => a.Name == PanelHost.User);
            var (_, secret) = await TokenService.IssueAsync(new Actor(owner.Id, owner.Name, owner.Role, null, null), $"test {Guid.NewGuid()}", r, 1, store, TimeProvider.System, Token);
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", secret);
        }

        return new ApiClient(http);
    }

    public async Task<(int Status, JsonElement Body)> SendAsync(HttpMethod method, string path, object? body = null, string? key = null)
    {
        using var request = new HttpRequestMessage(method, $"/api/v1{path}") { Content = body switch { null => null, HttpContent content => content, _ => JsonContent.Create(body) } };
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        using var response = await http.SendAsync(request, Token);
        var text = await response.Content.ReadAsStringAsync(Token);
        return ((int)response.StatusCode, text.StartsWith('{') || text.StartsWith('[') ? JsonDocument.Parse(text).RootElement : default);
    }

    public Task<(int Status, JsonElement Body)> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    public Task<(int Status, JsonElement Body)> PostAsync(string path, object? body, string? key = null) => SendAsync(HttpMethod.Post, path, body, key);

    public void Dispose() => http.Dispose();
}
