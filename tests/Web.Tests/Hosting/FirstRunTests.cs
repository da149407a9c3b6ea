using System.Net;

namespace ClusterPanel.Web.Tests.Hosting;

public sealed class FirstRunTests
{
    [Fact]
    public async Task Panel_NoDatabaseYet_MakesItWithoutAlarm()
    {
        using var log = new Fakes.MemoryLog();
        await using var host = new PanelHost { Log = log };
        using var client = host.NewClient();

        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/healthz", Xunit.TestContext.Current.CancellationToken)).StatusCode);

        Assert.Contains(log.Lines, l => l.Contains("Bringing the database to schema", StringComparison.Ordinal));
        Assert.DoesNotContain(log.Lines, l => l.Contains("partially applied state", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Panel_NoUserYet_LeadsToSetupUntilTheCodeMadeOne()
    {
        var token = Xunit.TestContext.Current.CancellationToken;
        await using var host = new PanelHost();
        using var client = host.NewClient();
        Assert.Equal("/setup", (await client.GetAsync("/", token)).Headers.Location?.ToString());
        Assert.Equal("/setup", (await client.GetAsync("/login", token)).Headers.Location?.ToString());
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/healthz", token)).StatusCode);
        var code = await host.SetupCodeAsync(token);

        var wrong = await SetUpAsync(client, "AAAAA-BBBBB", PanelHost.Password, PanelHost.Password);
        Assert.Contains("This is not the setup code", await wrong.Content.ReadAsStringAsync(token), StringComparison.Ordinal);
        var different = await SetUpAsync(client, code!, PanelHost.Password, "another password");
        Assert.Contains("The two passwords differ", await different.Content.ReadAsStringAsync(token), StringComparison.Ordinal);
        var right = await SetUpAsync(client, code!, PanelHost.Password, PanelHost.Password);

        Assert.Equal(HttpStatusCode.Redirect, right.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/", token)).StatusCode);
        using var other = host.NewClient();
        Assert.Equal("/", (await other.GetAsync("/setup", token)).Headers.Location?.ToString());

        Task<HttpResponseMessage> SetUpAsync(HttpClient sender, string setupCode, string password, string repeat) => PanelHost.PostFormAsync(
            sender, "/setup", token, ("Input.Code", setupCode), ("Input.UserName", PanelHost.User), ("Input.Password", password), ("Input.Repeat", repeat));
    }
}
