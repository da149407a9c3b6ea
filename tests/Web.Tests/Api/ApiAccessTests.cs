using ClusterPanel.Core.Access;
using ClusterPanel.Core.Auditing;
using ClusterPanel.Web.Tests.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace ClusterPanel.Web.Tests.Api;

/// <summary>Every endpoint of the API × every role. A new one must be put into this table.</summary>
public sealed class ApiAccessTests(PanelHost host) : IClassFixture<PanelHost>
{
    private const string Id = "11111111-1111-1111-1111-111111111111";

    // Method and route, and the role that is needed at least; null for everybody.
    private static readonly Dictionary<string, Role?> Table = new()
    {
        ["POST /setup"] = null,
        ["GET /hosts"] = Role.Viewer,
        ["POST /hosts"] = Role.Operator,
        ["GET /hosts/{id:guid}"] = Role.Viewer,
        ["DELETE /hosts/{id:guid}"] = Role.Operator,
        ["POST /hosts/{id:guid}/read-key"] = Role.Operator,
        ["POST /hosts/{id:guid}/trust"] = Role.Operator,
        ["POST /hosts/{id:guid}/probe"] = Role.Operator,
        ["GET /credentials"] = Role.Viewer,
        ["POST /credentials"] = Role.Operator,
        ["PUT /credentials/{id:guid}"] = Role.Operator,
        ["DELETE /credentials/{id:guid}"] = Role.Operator,
        ["GET /packages"] = Role.Viewer,
        ["POST /packages"] = Role.Operator,
        ["DELETE /packages/{id:guid}"] = Role.Operator,
        ["GET /clusters"] = Role.Viewer,
        ["POST /clusters"] = Role.Operator,
        ["POST /clusters/preflight"] = Role.Operator,
        ["GET /clusters/{id:guid}"] = Role.Viewer,
        ["DELETE /clusters/{id:guid}"] = Role.Operator,
        ["GET /clusters/{id:guid}/state"] = Role.Viewer,
        ["GET /clusters/{id:guid}/etcd"] = Role.Viewer,
        ["GET /clusters/{id:guid}/loadbalancers"] = Role.Viewer,
        ["GET /clusters/{id:guid}/certificates"] = Role.Viewer,
        ["GET /clusters/{id:guid}/leftovers"] = Role.Operator,
        ["GET /clusters/{id:guid}/kubeconfig"] = Role.Operator,
        ["POST /clusters/{id:guid}/nodes"] = Role.Operator,
        ["POST /clusters/{id:guid}/nodes/remove"] = Role.Operator,
        ["POST /clusters/{id:guid}/nodes/repair"] = Role.Operator,
        ["POST /clusters/{id:guid}/nodes/clean"] = Role.Operator,
        ["POST /clusters/{id:guid}/nodes/preflight"] = Role.Operator,
        ["POST /clusters/{id:guid}/nodes/{name}/give-up"] = Role.Operator,
        ["POST /clusters/{id:guid}/nodes/{name}/replace"] = Role.Operator,
        ["POST /clusters/{id:guid}/nodes/{name}/uncordon"] = Role.Operator,
        ["POST /clusters/{id:guid}/certificates/renew"] = Role.Operator,
        ["POST /clusters/{id:guid}/api-server-names"] = Role.Operator,
        ["POST /clusters/{id:guid}/reset"] = Role.Operator,
        ["GET /deployments"] = Role.Viewer,
        ["GET /deployments/{id:guid}"] = Role.Viewer,
        ["GET /deployments/{id:guid}/plan"] = Role.Viewer,
        ["GET /deployments/{id:guid}/stages"] = Role.Viewer,
        ["GET /deployments/{id:guid}/logs"] = Role.Viewer,
        ["POST /deployments/{id:guid}/cancel"] = Role.Operator,
        ["POST /deployments/{id:guid}/stop"] = Role.Operator,
        ["POST /deployments/{id:guid}/resume"] = Role.Operator,
        ["POST /deployments/{id:guid}/retry"] = Role.Operator,
        ["POST /deployments/{id:guid}/skip"] = Role.Operator,
        ["POST /deployments/{id:guid}/take-over"] = Role.Administrator,
        ["GET /accounts"] = Role.Administrator,
        ["POST /accounts"] = Role.Administrator,
        ["PUT /accounts/{id}"] = Role.Administrator,
        ["POST /accounts/{id}/password"] = Role.Administrator,
        ["POST /accounts/{id}/sign-out-everywhere"] = Role.Administrator,
        ["DELETE /accounts/{id}"] = Role.Administrator,
        ["GET /tokens"] = Role.Viewer,
        ["DELETE /tokens/{id:guid}"] = Role.Viewer,
        ["GET /audit"] = Role.Administrator,
    };

    [Fact]
    public void Table_OfAllEndpoints_IsComplete()
    {
        var there = host.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Select(e => (Route: "/" + e.RoutePattern.RawText!.Trim('/'), Methods: e.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? []))
            .Where(e => e.Route.StartsWith("/api/v1/", StringComparison.Ordinal))
            .SelectMany(e => e.Methods.Select(m => $"{m} {e.Route["/api/v1".Length..]}"));

        Assert.Equal(Table.Keys.Order(StringComparer.Ordinal), there.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Endpoints_ForEveryRole_LetInWhoMay()
    {
        foreach (Role? role in (Role?[])[null, .. Enum.GetValues<Role>().Cast<Role?>()])
        {
            using var client = await ApiClient.OfAsync(host, role);
            foreach (var (endpoint, needed) in Table)
            {
                var words = endpoint.Split(' ');
                var path = words[1].Replace("{id:guid}", Id, StringComparison.Ordinal).Replace("{id}", Id, StringComparison.Ordinal).Replace("{name}", "h1", StringComparison.Ordinal);
                var body = words[0] is "POST" or "PUT" ? new { } : null;

                var (status, answer) = await client.SendAsync(new HttpMethod(words[0]), path, body);

                var expected = needed is null || role >= needed ? "in" : role is null ? "401" : "403";
                Assert.True(expected == (status is 401 or 403 ? $"{status}" : "in"), $"{role?.ToString() ?? "nobody"}: {endpoint} answers {status} {answer}");
                Assert.True(status < 500, $"{endpoint} answers {status} {answer}");
            }
        }
    }

    [Fact]
    public async Task Request_DeniedWithAStrangePath_IsNotedEscapedAndCutOff()
    {
        using var viewer = await ApiClient.OfAsync(host, Role.Viewer);

        Assert.Equal(403, (await viewer.SendAsync(HttpMethod.Delete, $"/accounts/{new string('a', 4000)}")).Status);
        Assert.Equal(403, (await viewer.SendAsync(HttpMethod.Delete, "/accounts/%E2%80%AE%0a")).Status);

        var entries = await host.Services.GetRequiredService<IAuditStore>().ReadAsync(new AuditQuery(2, null, "access.denied"), Xunit.TestContext.Current.CancellationToken);
        Assert.Equal("DELETE /api/v1/accounts/%E2%80%AE%0A", entries[0].Target);
        Assert.InRange(entries[1].Target.Length, 100, 201);
    }

    [Theory]
    [InlineData("cpt_wrong")]
    [InlineData("not a token")]
    [InlineData("")]
    public async Task Request_WithAWrongToken_IsTold(string token)
    {
        await host.EnsureUserAsync(Xunit.TestContext.Current.CancellationToken);
        using var http = host.NewClient();
        http.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", $"Bearer {token}");
        using var client = new ApiClient(http);

        var (status, body) = await client.GetAsync("/hosts");

        Assert.Equal(401, status);
        Assert.Contains("Bearer cpt_", body.GetProperty("title").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Request_TokenInTheQueryString_CountsForNothing()
    {
        using var client = await ApiClient.OfAsync(host, null);
        using var administrator = await ApiClient.OfAsync(host, Role.Administrator);

        Assert.Equal(401, (await client.GetAsync("/hosts?access_token=cpt_x")).Status);
    }

    [Fact]
    public async Task Token_Revoked_IsRefusedAtOnce()
    {
        using var client = await ApiClient.OfAsync(host, Role.Viewer);
        using var administrator = await ApiClient.OfAsync(host, Role.Administrator);
        var newest = (await client.GetAsync("/tokens")).Body.GetProperty("items").EnumerateArray().First(t => t.GetProperty("role").GetString() == "Viewer").GetProperty("id").GetString();

        Assert.Equal(204, (await administrator.SendAsync(HttpMethod.Delete, $"/tokens/{newest}")).Status);

        Assert.Equal(401, (await client.GetAsync("/hosts")).Status);
    }

    [Fact]
    public async Task Account_RoleTakenAway_TokenMayNoMore()
    {
        var stop = Xunit.TestContext.Current.CancellationToken;
        await using var own = new PanelHost();
        using var administrator = await ApiClient.OfAsync(own, Role.Administrator);
        Assert.Equal(201, (await administrator.PostAsync("/accounts", new { userName = "igor", password = "another long password", role = "Operator" })).Status);
        var igor = (await own.Services.GetRequiredService<IAccountStore>().ListAsync(stop)).Single(a => a.Name == "igor");
        var (_, secret) = await TokenService.IssueAsync(new Actor(igor.Id, igor.Name, igor.Role, null, null), "ci", Role.Operator, 1, own.Services.GetRequiredService<ITokenStore>(), TimeProvider.System, stop);
        using var http = own.NewClient();
        http.DefaultRequestHeaders.Authorization = new("Bearer", secret);
        using var client = new ApiClient(http);
        Assert.Equal(409, (await client.PostAsync($"/hosts/{Id}/probe", null)).Status);

        Assert.Equal(204, (await administrator.SendAsync(HttpMethod.Put, $"/accounts/{igor.Id}", new { role = "Viewer", blocked = false })).Status);
        Assert.Equal(403, (await client.PostAsync($"/hosts/{Id}/probe", null)).Status);
        Assert.Equal(204, (await administrator.SendAsync(HttpMethod.Put, $"/accounts/{igor.Id}", new { role = "Viewer", blocked = true })).Status);
        Assert.Equal(401, (await client.GetAsync("/hosts")).Status);
    }

    [Fact]
    public async Task Account_LastAdministrator_Stays()
    {
        await using var own = new PanelHost();
        using var administrator = await ApiClient.OfAsync(own, Role.Administrator);
        var id = (await administrator.GetAsync("/accounts")).Body.GetProperty("items")[0].GetProperty("id").GetString();

        Assert.Equal(409, (await administrator.SendAsync(HttpMethod.Put, $"/accounts/{id}", new { role = "Operator", blocked = false })).Status);
        Assert.Equal(409, (await administrator.SendAsync(HttpMethod.Put, $"/accounts/{id}", new { role = "Administrator", blocked = true })).Status);
        Assert.Equal(409, (await administrator.SendAsync(HttpMethod.Delete, $"/accounts/{id}")).Status);
        Assert.Equal(200, (await administrator.GetAsync("/accounts")).Status);
    }
}
