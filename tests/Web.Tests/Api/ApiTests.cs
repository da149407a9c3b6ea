using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ClusterPanel.Core.Access;
using ClusterPanel.Infrastructure.Persistence;
using ClusterPanel.Web.Tests.Hosting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace ClusterPanel.Web.Tests.Api;

public sealed class ApiTests(PanelHost host) : IClassFixture<PanelHost>
{
    private static CancellationToken Token => Xunit.TestContext.Current.CancellationToken;

    [Fact]
    public async Task Setup_WithTheCode_MakesTheAdministratorAndGivesAToken()
    {
        await using var own = new PanelHost();
        using var http = own.NewClient();
        using var client = new ApiClient(http);
        var code = await own.SetupCodeAsync(Token);

        var wrong = await client.PostAsync("/setup", new { code = "AAAAA", userName = "maria", password = "correct horse battery" });
        var weak = await client.PostAsync("/setup", new { code, userName = "maria", password = "short" });
        var right = await client.PostAsync("/setup", new { code, userName = "maria", password = "correct horse battery" });
        var again = await client.PostAsync("/setup", new { code, userName = "eve", password = "correct horse battery" });
        http.DefaultRequestHeaders.Authorization = new("Bearer", right.Body.GetProperty("token").GetString());

        Assert.Equal((400, "code"), (wrong.Status, Field(wrong.Body)));
        Assert.Equal((400, "password"), (weak.Status, Field(weak.Body)));
        Assert.Equal(200, right.Status);
        Assert.Equal(400, again.Status);
        Assert.Equal("maria", (await client.GetAsync("/accounts")).Body.GetProperty("items")[0].GetProperty("name").GetString());
        Assert.Contains((await client.GetAsync("/audit")).Body.EnumerateArray(), e => Text(e, "action") == "account.add" && Text(e, "user") == "maria" && Text(e, "after") == "Administrator, by the setup code");
    }

    [Fact]
    public async Task Post_TwiceWithOneKey_IsDoneOnceAndAnsweredTwice()
    {
        await using var own = new PanelHost();
        using var client = await ApiClient.OfAsync(own, Role.Operator);
        var body = new { name = "root", user = "root", kind = "Password", password = "x" };

        var first = await client.PostAsync("/credentials", body, "key-1");
        var second = await client.PostAsync("/credentials", body, "key-1");
        var other = await client.PostAsync("/credentials", body with { name = "other" }, "key-1");

        Assert.Equal((201, 201, 400), (first.Status, second.Status, other.Status));
        Assert.Equal(first.Body.GetProperty("id").GetString(), second.Body.GetProperty("id").GetString());
        Assert.Equal("Idempotency-Key", Field(other.Body));
        Assert.Equal(1, (await client.GetAsync("/credentials")).Body.GetProperty("total").GetInt32());
    }

    [Fact]
    public async Task Post_SentAgainByABlockedAccount_GetsNoAnswer()
    {
        await using var own = new PanelHost();
        using var administrator = await ApiClient.OfAsync(own, Role.Administrator);
        await administrator.PostAsync("/accounts", new { userName = "igor", password = "another long password", role = "Operator" });
        var igor = (await own.Services.GetRequiredService<IAccountStore>().ListAsync(Token)).Single(a => a.Name == "igor");
        var (_, secret) = await TokenService.IssueAsync(new Actor(igor.Id, igor.Name, igor.Role, null, null), "ci", Role.Operator, 1, own.Services.GetRequiredService<ITokenStore>(), TimeProvider.System, Token);
        using var http = own.NewClient();
        http.DefaultRequestHeaders.Authorization = new("Bearer", secret);
        using var client = new ApiClient(http);
        var body = new { name = "root", user = "root", kind = "Password", password = "x" };
        Assert.Equal(201, (await client.PostAsync("/credentials", body, "key-3")).Status);

        await administrator.SendAsync(HttpMethod.Put, $"/accounts/{igor.Id}", new { role = "Viewer", blocked = false });
        Assert.Equal(403, (await client.PostAsync("/credentials", body, "key-3")).Status);
        await administrator.SendAsync(HttpMethod.Put, $"/accounts/{igor.Id}", new { role = "Operator", blocked = true });
        Assert.Equal(401, (await client.PostAsync("/credentials", body, "key-3")).Status);
    }

    [Fact]
    public async Task Post_WithAKey_LeavesNoHashInTheDatabaseThatAPasswordCouldBeGuessedBy()
    {
        await using var own = new PanelHost();
        using var client = await ApiClient.OfAsync(own, Role.Operator);
        const string Body = """{"name":"root","user":"root","kind":"Password","password":"x"}""";

        Assert.Equal(201, (await client.PostAsync("/credentials", new StringContent(Body, Encoding.UTF8, "application/json"), "key-4")).Status);

        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("/api/v1/credentials\n" + Body)));
        await using var db = own.Services.GetRequiredService<IDbContextFactory<AppDbContext>>().CreateDbContext();
        var stored = await db.Database.SqlQueryRaw<string>("SELECT \"RequestHash\" AS \"Value\" FROM \"RepeatedRequests\"").SingleAsync(Token);
        Assert.NotEqual(hash, stored);
        Assert.DoesNotContain(hash, stored, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task AuditLog_ReadFromTheMiddle_IsNotedToo()
    {
        await using var own = new PanelHost();
        using var client = await ApiClient.OfAsync(own, Role.Administrator);

        await client.GetAsync("/audit?before=9223372036854775807");

        Assert.Contains((await client.GetAsync("/audit")).Body.EnumerateArray(), e => Text(e, "action") == "audit.read" && Text(e, "target") == "all entries, those before 9223372036854775807");
    }

    [Fact]
    public async Task Post_RefusedWithAKey_MayBeSentAgain()
    {
        await using var own = new PanelHost();
        using var client = await ApiClient.OfAsync(own, Role.Operator);

        Assert.Equal(400, (await client.PostAsync("/credentials", new { name = "" }, "key-2")).Status);
        Assert.Equal(201, (await client.PostAsync("/credentials", new { name = "root", user = "root", kind = "Password", password = "x" }, "key-2")).Status);
    }

    [Fact]
    public async Task Credential_Added_IsInTheAuditLogWithoutItsSecret()
    {
        const string Secret = "canary-7f3a9c";
        await using var own = new PanelHost();
        using var client = await ApiClient.OfAsync(own, Role.Administrator);

        var added = await client.PostAsync("/credentials", new { name = "root", user = "root", kind = "Password", password = Secret, sudoPassword = Secret });
        var audit = await client.GetAsync("/audit");

        var entry = audit.Body.EnumerateArray().Single(e => e.GetProperty("action").GetString() == "credential.add");
        Assert.Equal(("maria", "credential root", "root: root by password, with sudo password", "done"), (Text(entry, "user"), Text(entry, "target"), Text(entry, "after"), Text(entry, "result")));
        Assert.StartsWith("test ", Text(entry, "token"), StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, added.Body.ToString() + audit.Body, StringComparison.Ordinal);
        Assert.Contains(audit.Body.EnumerateArray(), e => Text(e, "action") == "audit.read");
    }

    [Fact]
    public async Task OpenApi_Document_NamesEveryPathAndWhatThereIsToChooseFrom()
    {
        await host.EnsureUserAsync(Token);
        using var http = host.NewClient();
        await PanelHost.SignInAsync(http, PanelHost.Password, Token);

        using var document = JsonDocument.Parse(await http.GetStringAsync("/openapi/v1.json", Token));

        var paths = document.RootElement.GetProperty("paths").EnumerateObject().Select(p => p.Name).ToList();
        var role = document.RootElement.GetProperty("components").GetProperty("schemas").GetProperty("Role").GetProperty("enum").EnumerateArray().Select(v => v.GetString());
        Assert.Equal(["Viewer", "Operator", "Administrator"], role);
        Assert.Contains("/api/v1/clusters/{id}/nodes", paths);
        Assert.All(paths, p => Assert.StartsWith("/api/v1/", p, StringComparison.Ordinal));
        var silent = document.RootElement.GetProperty("paths").EnumerateObject()
            .SelectMany(p => p.Value.EnumerateObject().Select(o => (Operation: $"{o.Name} {p.Name}", Answers: o.Value.GetProperty("responses").EnumerateObject().Where(r => r.Name is "200" or "202"))))
            .Where(o => !o.Answers.All(r => r.Value.TryGetProperty("content", out _)));
        Assert.Empty(silent.Select(o => o.Operation));
    }

    private static string? Text(JsonElement element, string property) => element.GetProperty(property).GetString();

    private static string Field(JsonElement problem) => problem.GetProperty("errors").EnumerateObject().First().Name;
}
