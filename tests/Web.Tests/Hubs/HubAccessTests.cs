using System.Reflection;
using ClusterPanel.Core.Access;
using ClusterPanel.Web.Hubs;
using ClusterPanel.Web.Tests.Hosting;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;

namespace ClusterPanel.Web.Tests.Hubs;

/// <summary>Every method of every hub × every role. A new one must be put into this table.</summary>
public sealed class HubAccessTests(PanelHost host) : IClassFixture<PanelHost>
{
    // Hub and method, and the role that is needed at least.
    private static readonly Dictionary<string, Role> Table = new() { ["DeploymentHub.Follow"] = Role.Viewer };

    private static CancellationToken Token => Xunit.TestContext.Current.CancellationToken;

    [Fact]
    public void Table_OfAllMethods_IsComplete() => Assert.Equal(
        Table.Keys.Order(StringComparer.Ordinal),
        typeof(DeploymentHub).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(Hub)))
            .SelectMany(t => t.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly).Select(m => $"{t.Name}.{m.Name}")).Order(StringComparer.Ordinal));

    [Theory]
    [InlineData(Role.Viewer)]
    [InlineData(Role.Operator)]
    [InlineData(Role.Administrator)]
    public async Task Follow_AsEveryRole_IsAnswered(Role role)
    {
        await using var hub = await ConnectAsync(await TokenAsync(role));

        var e = await Assert.ThrowsAsync<HubException>(() => ReadAsync(hub));

        Assert.Contains("There is no such deployment.", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("cpt_wrong")]
    public async Task Connect_WithoutAToken_IsRefused(string? token)
    {
        await host.EnsureUserAsync(Token);

        var e = await Assert.ThrowsAsync<HttpRequestException>(() => ConnectAsync(token));

        Assert.Equal(System.Net.HttpStatusCode.Unauthorized, e.StatusCode);
    }

    [Fact]
    public async Task Connect_WithAPagesCookie_IsRefused()
    {
        await host.EnsureUserAsync(Token);
        using var client = host.NewClient();
        await PanelHost.SignInAsync(client, PanelHost.Password, Token);

        Assert.Equal(System.Net.HttpStatusCode.Unauthorized, (await client.PostAsync("/hubs/deployments/negotiate?negotiateVersion=1", null, Token)).StatusCode);
    }

    [Fact]
    public async Task Connect_TokenInTheQueryString_IsLetIn()
    {
        var token = await TokenAsync(Role.Viewer);
        using var client = host.NewClient();

        Assert.Equal(System.Net.HttpStatusCode.OK, (await client.PostAsync($"/hubs/deployments/negotiate?negotiateVersion=1&access_token={token}", null, Token)).StatusCode);
    }

    [Fact]
    public async Task Follow_TokenIsRevokedMeanwhile_IsRefused()
    {
        var token = await TokenAsync(Role.Viewer);
        await using var hub = await ConnectAsync(token);
        var store = host.Services.GetRequiredService<ITokenStore>();
        var known = await store.FindAsync(TokenService.HashOf(token), Token);

        await store.DeleteAsync(known!.Id, Actor.Panel.Did("test", "token"), Token);

        // Over long polling the next poll is refused already.
        var e = await Assert.ThrowsAnyAsync<Exception>(() => ReadAsync(hub));

        Assert.True(e is HttpRequestException { StatusCode: System.Net.HttpStatusCode.Unauthorized } || e.Message.Contains("not signed in any more", StringComparison.Ordinal), e.ToString());
    }

    private async Task<string> TokenAsync(Role role)
    {
        await host.EnsureUserAsync(Token);
        var owner = (await host.Services.GetRequiredService<IAccountStore>().ListAsync(Token)).Single(a => a.Name == PanelHost.User);
        return (await TokenService.IssueAsync(new Actor(owner.Id, owner.Name, owner.Role, null, null), $"hub {Guid.NewGuid()}", role, 1, host.Services.GetRequiredService<ITokenStore>(), TimeProvider.System, Token)).Secret;
    }

    // The test server has no sockets: long polling carries the same messages.
    private async Task<HubConnection> ConnectAsync(string? token)
    {
        var hub = new HubConnectionBuilder().WithUrl(new Uri("http://localhost/hubs/deployments"), o =>
        {
            o.HttpMessageHandlerFactory = _ => host.Server.CreateHandler();
            o.Transports = HttpTransportType.LongPolling;
            o.AccessTokenProvider = () => Task.FromResult(token);
        }).Build();
        await hub.StartAsync(Token);
        return hub;
    }

    private static async Task ReadAsync(HubConnection hub)
    {
        await foreach (var _ in hub.StreamAsync<object>("Follow", Guid.NewGuid(), 0L, Token))
        {
            // Nothing is expected.
        }
    }
}
