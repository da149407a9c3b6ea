using System.Net;
using ClusterPanel.Web.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace ClusterPanel.Web.Tests.Hosting;

/// <summary>Who may speak to the panel, and how.</summary>
public sealed class TransportTests(PanelHost host) : IClassFixture<PanelHost>
{
    private static CancellationToken Token => Xunit.TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/_blazor/negotiate?negotiateVersion=1", "http://evil.example", HttpStatusCode.Forbidden)]
    [InlineData("/_blazor/negotiate?negotiateVersion=1", "null", HttpStatusCode.Forbidden)]
    [InlineData("/_blazor/negotiate?negotiateVersion=1", "http://localhost:81", HttpStatusCode.Forbidden)]
    [InlineData("/_blazor/negotiate?negotiateVersion=1", "https://localhost", HttpStatusCode.Forbidden)]
    [InlineData("/hubs/deployments/negotiate?negotiateVersion=1", "http://evil.example", HttpStatusCode.Forbidden)]
    [InlineData("/hubs/deployments/negotiate?negotiateVersion=1", "http://localhost", HttpStatusCode.Unauthorized)]
    public async Task Connection_OfAPageOfAnotherSite_IsRefused(string path, string origin, HttpStatusCode expected)
    {
        using var client = host.NewClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, path);
        request.Headers.Add("Origin", origin);

        Assert.Equal(expected, (await client.SendAsync(request, Token)).StatusCode);
    }

    [Fact]
    public async Task Connection_OfTheSignedInUsersOwnPage_IsLetIn()
    {
        await host.EnsureUserAsync(Token);
        using var client = host.NewClient();
        await PanelHost.SignInAsync(client, PanelHost.Password, Token);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/_blazor/negotiate?negotiateVersion=1");
        request.Headers.Add("Origin", "http://localhost");

        Assert.Equal(HttpStatusCode.OK, (await client.SendAsync(request, Token)).StatusCode);
    }

    [Theory]
    [InlineData("10.1.2.3", "https", "203.0.113.9 https panel.example.org")]
    [InlineData("::ffff:10.1.2.3", "https", "203.0.113.9 https panel.example.org")]
    [InlineData("10.1.2.3", "http", "403")]
    [InlineData("10.1.2.3", null, "403")]
    [InlineData("192.0.2.1", "https", "403")]
    [InlineData("127.0.0.1", "https", "127.0.0.1 http inside")]
    public async Task Request_WithoutEncryption_IsOnlyForNamedProxiesOfHttpsClients(string from, string? scheme, string expected)
    {
        var proxies = TrustedProxies.Read(new ConfigurationBuilder().AddInMemoryCollection([new("Panel:TrustedProxies:0", "10.0.0.0/8")]).Build());
        var app = new ApplicationBuilder(new ServiceCollection().AddLogging().BuildServiceProvider());
        proxies.Use(app);
        string? seen = null;
        app.Run(c =>
        {
            seen = $"{c.Connection.RemoteIpAddress} {c.Request.Scheme} {c.Request.Host}";
            return Task.CompletedTask;
        });
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = IPAddress.Parse(from);
        context.Request.Scheme = "http";
        context.Request.Host = new HostString("inside");
        context.Request.Headers["X-Forwarded-For"] = "203.0.113.9";
        context.Request.Headers["X-Forwarded-Host"] = "panel.example.org";
        if (scheme is not null)
        {
            context.Request.Headers["X-Forwarded-Proto"] = scheme;
        }

        await app.Build()(context);

        Assert.Equal(expected, seen ?? $"{context.Response.StatusCode}");
    }
}
