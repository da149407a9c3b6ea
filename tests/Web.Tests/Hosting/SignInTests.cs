using System.Net;
using ClusterPanel.Core.Auditing;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.StaticAssets;
using Microsoft.Extensions.DependencyInjection;

namespace ClusterPanel.Web.Tests.Hosting;

public sealed class SignInTests(PanelHost host) : IClassFixture<PanelHost>, IAsyncLifetime
{
    private static CancellationToken Token => Xunit.TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await host.EnsureUserAsync(Token);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData("/")]
    [InlineData("/clusters/new")]
    [InlineData("/account/password")]
    [InlineData("/deployments/11111111-1111-1111-1111-111111111111/log.txt")]
    [InlineData("/clusters/11111111-1111-1111-1111-111111111111/kubeconfig?server=10.0.0.1")]
    [InlineData("/no/such/page")]
    public async Task Get_NotSignedIn_LeadsToLogin(string path)
    {
        using var client = host.NewClient();

        var response = await client.GetAsync(path, Token);

        Assert.StartsWith("http://localhost/login?returnUrl=", response.Headers.Location?.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Endpoints_AllButAFew_NeedASignedInUser()
    {
        var open = host.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(e => e.Metadata.GetMetadata<IAllowAnonymous>() is not null && e.Metadata.GetMetadata<StaticAssetDescriptor>() is null)
            .Select(e => "/" + e.RoutePattern.RawText!.TrimStart('/')).Distinct().Order(StringComparer.Ordinal);

        Assert.Equal(["/api/v1/setup", "/error", "/healthz", "/login", "/login/code", "/setup"], open);
    }

    [Fact]
    public async Task Login_RightPassword_GoesWhereOneWanted()
    {
        using var client = host.NewClient();

        var response = await PanelHost.PostFormAsync(
            client, "/login?returnUrl=%2Fhosts%3Fq%3Da", Token, ("Input.UserName", PanelHost.User), ("Input.Password", PanelHost.Password));

        Assert.EndsWith("/hosts?q=a", response.Headers.Location?.ToString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/hosts", Token)).StatusCode);
        var cookie = Assert.Single(response.Headers.GetValues("Set-Cookie"), c => c.StartsWith("clusterpanel=", StringComparison.Ordinal));
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=lax", cookie, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Login_PasswordWrongTooOften_ClosesTheAccount()
    {
        await using var own = new PanelHost();
        await own.EnsureUserAsync(Token);
        using var client = own.NewClient();
        for (var i = 0; i < 5; i++)
        {
            await PanelHost.SignInAsync(client, "wrong password", Token);
        }

        var response = await PanelHost.SignInAsync(client, PanelHost.Password, Token);

        Assert.Contains("Too many wrong passwords", await response.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Login_WithoutAntiforgeryToken_IsRefused()
    {
        using var client = host.NewClient();

        var response = await client.PostAsync("/login", new FormUrlEncodedContent([new("_handler", "login"), new("Input.UserName", PanelHost.User), new("Input.Password", PanelHost.Password)]), Token);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task Login_RightAndWrong_AreInTheAuditLog()
    {
        using var client = host.NewClient();
        await PanelHost.SignInAsync(client, "wrong password", Token);
        await PanelHost.SignInAsync(client, "x", Token, "hunter2hunter2");
        await PanelHost.SignInAsync(client, PanelHost.Password, Token);

        var entries = await host.Services.GetRequiredService<IAuditStore>().ReadAsync(new AuditQuery(100, null, "sign-in"), Token);

        Assert.Equal([("maria", "done"), ("maria", "denied")], entries.Take(2).Select(e => (e.User, e.Result)));
        Assert.All(entries, e => Assert.Equal(("sign-in", "maria"), (e.Action, e.User)));
    }

    [Fact]
    public async Task Logout_Posted_EndsTheSession()
    {
        using var client = host.NewClient();
        await PanelHost.SignInAsync(client, PanelHost.Password, Token);

        await PanelHost.PostFormAsync(client, "/logout", Token);

        Assert.Equal(HttpStatusCode.Redirect, (await client.GetAsync("/", Token)).StatusCode);
    }

    [Fact]
    public async Task Get_AnyPage_ForbidsForeignScriptsAndFrames()
    {
        using var client = host.NewClient();

        var response = await client.GetAsync("/login", Token);

        var policy = Assert.Single(response.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("script-src 'self';", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>", await response.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_UnknownClustersKubeconfig_IsNotFoundAndNotStored()
    {
        using var client = host.NewClient();
        await PanelHost.SignInAsync(client, PanelHost.Password, Token);

        var response = await client.GetAsync($"/clusters/{Guid.NewGuid()}/kubeconfig?server=10.0.0.1", Token);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.True(response.Headers.CacheControl?.NoStore);
    }
}
