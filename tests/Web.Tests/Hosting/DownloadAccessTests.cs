using ClusterPanel.Core.Access;
using ClusterPanel.Core.Auditing;
using Microsoft.AspNetCore.Components.Endpoints;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.StaticAssets;
using Microsoft.Extensions.DependencyInjection;

namespace ClusterPanel.Web.Tests.Hosting;

/// <summary>What is neither a page nor of the API × every role. A new one must be put into this table.</summary>
public sealed class DownloadAccessTests(PanelHost host) : IClassFixture<PanelHost>
{
    private const string Password = "another long password";
    private const string Id = "11111111-1111-1111-1111-111111111111";

    // Route, and the role that is needed at least; null for everybody.
    private static readonly Dictionary<string, Role?> Table = new()
    {
        ["/healthz"] = null,
        ["/error"] = null,
        ["/audit.csv"] = Role.Administrator,
        ["/clusters/{id:guid}/kubeconfig"] = Role.Viewer,
        ["/deployments/{id:guid}/log.txt"] = Role.Viewer,
        ["/openapi/{documentName}.json"] = Role.Viewer,
    };

    private static CancellationToken Token => Xunit.TestContext.Current.CancellationToken;

    [Fact]
    public void Table_OfAllDownloads_IsComplete()
    {
        var there = host.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(e => e.Metadata.GetMetadata<ComponentTypeMetadata>() is null && e.Metadata.GetMetadata<StaticAssetDescriptor>() is null)
            .Select(e => "/" + e.RoutePattern.RawText!.Trim('/'))
            .Where(r => !r.StartsWith("/api/", StringComparison.Ordinal) && !r.StartsWith("/_", StringComparison.Ordinal) && !r.StartsWith("/hubs/", StringComparison.Ordinal) && !r.Contains("**", StringComparison.Ordinal));

        Assert.Equal(string.Join(" ", Table.Keys.Order(StringComparer.Ordinal)), string.Join(" ", there.Distinct().Order(StringComparer.Ordinal)));
    }

    [Fact]
    public async Task Downloads_ForEveryRole_LetInWhoMay()
    {
        await host.EnsureUserAsync(Token);
        foreach (Role? role in (Role?[])[null, .. Enum.GetValues<Role>().Cast<Role?>()])
        {
            using var client = await SignedInAsync(role);
            foreach (var (route, needed) in Table)
            {
                var path = route.Replace("{id:guid}", Id, StringComparison.Ordinal).Replace("{documentName}", "v1", StringComparison.Ordinal);

                var status = (int)(await client.GetAsync(path, Token)).StatusCode;

                var expected = needed is null || role >= needed ? "in" : role is null ? "302" : "403";
                Assert.True(expected == (status is 302 or 401 or 403 ? $"{status}" : "in"), $"{role?.ToString() ?? "nobody"}: {route} answers {status}");
                Assert.True(status < 500 || route == "/error", $"{route} answers {status}");
            }
        }
    }

    private async Task<HttpClient> SignedInAsync(Role? role)
    {
        var client = host.NewClient();
        if (role is { } r)
        {
            var name = $"user-{r}".ToLowerInvariant();
            await host.Services.GetRequiredService<IAccountStore>().AddAsync(name, Password, r, new AuditEntry { User = "test", Action = "account.add", Target = name, Result = AuditEntry.Done }, Token);
            await PanelHost.SignInAsync(client, Password, Token, name);
        }

        return client;
    }
}
