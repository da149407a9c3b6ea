using System.Net;
using System.Net.Http.Json;
using System.Reflection;
using System.Text;
using System.Text.Json;
using ClusterPanel.Core.Deployments;
using ClusterPanel.EndToEnd.Tests.Fixtures;
using Microsoft.AspNetCore.Components;
using Microsoft.Data.Sqlite;
using Microsoft.Playwright;

namespace ClusterPanel.EndToEnd.Tests;

/// <summary>Secrets of every kind are given to a panel that makes a cluster with them, and are then looked for wherever they could have got to.</summary>
public sealed class CanaryTests
{
    private const string AdministratorPassword = "canary of an administrator";
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Secrets_OfEveryKind_AreFoundNowhereButWhereTheyBelong()
    {
        Assert.SkipWhen(Browser.Missing is not null, Browser.Missing ?? "");
        await using var scenario = await Scenario.BeginAsync(3);
        var (key, passphrase) = await KeyOnAsync(scenario, "h3");
        var canaries = scenario.Canaries;
        canaries.Add("the administrator's password", AdministratorPassword);
        canaries.Add("the key's passphrase", passphrase);
        canaries.Add("the private key", key);
        await using var processes = new ProcessWatch(TimeSpan.FromMilliseconds(50));
        using var api = new HttpClient { BaseAddress = new Uri(scenario.Panel.Address + "/") };

        var token = await TokenAsync(api, scenario.Panel.SetupCode!);
        canaries.Add("the API token", token);
        await using var browser = await scenario.BrowseAsync();
        await SignInAsync(browser);
        var deployment = await CreateAsync(api, scenario, key, passphrase);
        await browser.Page.GotoAsync($"/deployments/{deployment}");
        await scenario.EndsAsync((await scenario.Backend.Journal.FindAsync(deployment, None))!, DeploymentStatus.Succeeded, TimeSpan.FromMinutes(6));
        var followed = await Shell.RunAsync("env", [$"CLUSTERPANEL_TOKEN={token}", "dotnet", FollowDeployment, scenario.Panel.Address, $"{deployment}"], TimeSpan.FromMinutes(1));
        await AddThoseOfTheClusterAsync(scenario, canaries);

        var search = new CanarySearch(canaries);
        var seen = await processes.EndAsync();
        Assert.Contains(seen, p => p.Contains("kubeadm\0init\0", StringComparison.Ordinal));
        Assert.Contains(seen, p => p.Contains("kubeadm\0join\0", StringComparison.Ordinal));
        search.Processes(seen);
        search.Text("the hub's frames", followed);
        var answers = await search.ApiAsync(api);
        Assert.True(answers.Count > 15, $"only {answers.Count} addresses were asked");
        Assert.All(answers, a => Assert.Equal(HttpStatusCode.OK, a.Status));
        await PagesAsync(browser, scenario, search, deployment);
        search.Text("the panel's log", scenario.Panel.Output);
        await search.DatabaseAsync(scenario.DataDirectory, null);
        search.Folder(scenario.DataDirectory, "master.key");
        foreach (var (host, _) in scenario.Lab.Hosts)
        {
            // What kubeadm keeps on its nodes belongs there; a snapshot of etcd holds what etcd holds, and is root's alone.
            await search.HostAsync(scenario.Lab, host, "/etc/kubernetes/", "/root/.kube/", "/var/lib/clusterpanel/snapshots/");
        }

        Assert.Contains("Create cluster canary", followed + await scenario.Backend.Journal.FindAsync(deployment, None), StringComparison.OrdinalIgnoreCase);
        Assert.True(browser.Frames.Count > 50, $"only {browser.Frames.Count} frames were seen");
        Assert.Empty(search.Found);
    }

    [Fact]
    public async Task Search_PlantedSecrets_AreAllFound()
    {
        await using var scenario = await Scenario.BeginAsync(1);
        var canaries = new Canaries();
        var secret = Canaries.NewPassword();
        canaries.Add("planted", secret);
        var search = new CanarySearch(canaries);
        await using var processes = new ProcessWatch(TimeSpan.FromMilliseconds(50));
        await PlantAsync(scenario, secret[..12], secret[12..]);

        await search.DatabaseAsync(scenario.DataDirectory, null);
        await File.WriteAllTextAsync(Path.Combine(scenario.DataDirectory, "left"), "ab" + secret, None);
        search.Folder(scenario.DataDirectory);
        File.Delete(Path.Combine(scenario.DataDirectory, "left"));
        foreach (var before in (string[])["", "x", "xy"])
        {
            search.Text($"base 64 after {before}", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{before}{secret}:more")));
        }

        search.Text("JSON", JsonSerializer.Serialize(new { secret }));
        await scenario.Lab.RunAsync("h1", $"echo {Convert.ToBase64String(Encoding.UTF8.GetBytes(secret))} | base64 -d | tee /var/tmp/left | logger");
        await search.HostAsync(scenario.Lab, "h1");
        await scenario.Lab.RunAsync("h1", $"sh -c 'sleep 1; :' '{secret}'");
        search.Processes(await processes.EndAsync());

        Assert.Contains("planted in table planted, column 0", search.Found);
        Assert.Contains(search.Found, f => f.EndsWith("/left", StringComparison.Ordinal));
        Assert.Equal(3, search.Found.Count(f => f.StartsWith("planted in base 64", StringComparison.Ordinal)));
        Assert.Contains("planted in JSON", search.Found);
        Assert.Contains("a canary on h1 in /var/tmp/left", search.Found);
        Assert.Contains("a canary on h1 in its journal", search.Found);
        Assert.Contains(search.Found, f => f.StartsWith("planted in the process sh -c sleep", StringComparison.Ordinal));
    }

    // In two rows, as a secret that was cut by the end of a read.
    private static async Task PlantAsync(Scenario scenario, string first, string second)
    {
        await using var connection = new SqliteConnection($"Data Source={Path.Combine(scenario.DataDirectory, "clusterpanel.db")};Default Timeout=10");
        await connection.OpenAsync(None);
        await using var command = connection.CreateCommand();
        command.CommandText = "create table planted (part text); insert into planted values ($first), ($second)";
        command.Parameters.AddWithValue("$first", first);
        command.Parameters.AddWithValue("$second", second);
        await command.ExecuteNonQueryAsync(None);
    }

    private static string FollowDeployment => Path.Combine(Repository.Root, "artifacts", "bin", "FollowDeployment", "debug", "ClusterPanel.FollowDeployment.dll");

    private static async Task<(string Key, string Passphrase)> KeyOnAsync(Scenario scenario, string host)
    {
        var (file, passphrase) = (Path.Combine(scenario.DataDirectory, "key"), Canaries.NewPassword());
        await Shell.RunAsync("ssh-keygen", ["-q", "-t", "ed25519", "-N", passphrase, "-f", file], TimeSpan.FromMinutes(1));
        var (key, known) = (await File.ReadAllTextAsync(file, None), await File.ReadAllTextAsync(file + ".pub", None));
        File.Delete(file);
        await scenario.Lab.RunAsync(host, $"mkdir -p -m 700 /root/.ssh; echo '{known.Trim()}' >> /root/.ssh/authorized_keys");
        return (key, passphrase);
    }

    private static async Task<string> TokenAsync(HttpClient api, string code)
    {
        var setup = await SendAsync(api, "setup", new { code, userName = "admin", password = AdministratorPassword });
        var token = setup.GetProperty("token").GetString()!;
        api.DefaultRequestHeaders.Authorization = new("Bearer", token);
        return token;
    }

    private static async Task<Guid> CreateAsync(HttpClient api, Scenario scenario, string key, string passphrase)
    {
        var byPassword = await SendAsync(api, "credentials", new { name = "password", user = "root", kind = "Password", password = scenario.Password });
        var bySudo = await SendAsync(api, "credentials", new { name = "sudo", user = "ops", kind = "Password", password = scenario.Password, sudoPassword = scenario.Password });
        var byKey = await SendAsync(api, "credentials", new { name = "key", user = "root", kind = "PrivateKey", privateKey = key, passphrase });
        foreach (var (host, credential) in scenario.Lab.Hosts.Zip([byPassword, bySudo, byKey]))
        {
            var added = (await SendAsync(api, "hosts", new { list = $"{host.Name} {host.Address}", credentialId = credential.GetProperty("id").GetString() }))[0];
            var id = added.GetProperty("id").GetString();
            await SendAsync(api, $"hosts/{id}/trust", new { fingerprint = added.GetProperty("seenFingerprint").GetString() });
            await SendAsync(api, $"hosts/{id}/probe", null);
        }

        var package = (await SendAsync(api, "packages", new { path = Scenario.StandIn })).GetProperty("id").GetString();
        var names = scenario.Lab.Hosts.Select(h => h.Name).ToList();
        var plan = await SendAsync(api, "clusters?dryRun=true", new { name = "canary", package, masters = names[..2], workers = names[2..] });
        var started = await SendAsync(api, "clusters", new { name = "canary", package, masters = names[..2], workers = names[2..], clusterId = plan.GetProperty("clusterId").GetString(), planHash = plan.GetProperty("hash").GetString() });
        return started.GetProperty("id").GetGuid();
    }

    private static async Task<JsonElement> SendAsync(HttpClient api, string path, object? body)
    {
        using var answer = await api.PostAsync($"api/v1/{path}", body is null ? null : JsonContent.Create(body), None);
        var text = await answer.Content.ReadAsStringAsync(None);
        Assert.True(answer.IsSuccessStatusCode, $"{path} answers {answer.StatusCode}: {text}");
        return JsonDocument.Parse(text).RootElement;
    }

    private static async Task SignInAsync(Browser browser)
    {
        await browser.Page.GotoAsync("/login");
        await browser.Page.GetByLabel("User name").FillAsync("admin");
        await browser.Page.GetByLabel("Password").FillAsync(AdministratorPassword);
        await browser.Button("Sign in").ClickAsync();
        await Assertions.Expect(browser.Page.GetByRole(AriaRole.Heading, new() { Name = "Home" })).ToBeVisibleAsync();
    }

    // Keys, join tokens and what else the cluster made for itself on the way.
    private static async Task AddThoseOfTheClusterAsync(Scenario scenario, Canaries canaries)
    {
        foreach (var file in (string[])["ca.key", "sa.key", "etcd/ca.key", "front-proxy-ca.key"])
        {
            canaries.Add(file, await scenario.Lab.RunAsync("h1", $"cat /etc/kubernetes/pki/{file}"));
        }

        canaries.Add("the admin's key", (await scenario.Lab.RunAsync("h1", "sed -n 's/^ *client-key-data: //p' /etc/kubernetes/admin.conf")).Trim());
        var tokens = await scenario.Lab.RunAsync("h1", "kubectl --kubeconfig /etc/kubernetes/admin.conf -n kube-system get secrets --field-selector type=bootstrap.kubernetes.io/token -o 'jsonpath={.items[*].data.token-secret}'");
        Assert.NotEmpty(tokens.Trim());
        foreach (var token in tokens.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            canaries.Add("a join token", Encoding.UTF8.GetString(Convert.FromBase64String(token)));
        }
    }

    // Every page there is, as its route says; those of the sign-in hold nothing that is somebody's.
    private static async Task PagesAsync(Browser browser, Scenario scenario, CanarySearch search, Guid deployment)
    {
        var cluster = (await scenario.Backend.Clusters.ListAsync(None)).Single();
        string[] anonymous = ["/login", "/login/code", "/logout", "/setup", "/not-found"];
        var routes = typeof(Web.Components.App).Assembly.GetTypes().SelectMany(t => t.GetCustomAttributes<RouteAttribute>()).Select(r => r.Template).Except(anonymous).ToList();
        Assert.True(routes.Count > 20, $"only {routes.Count} pages were found");
        foreach (var route in routes)
        {
            var host = cluster.Spec.ControlPlane.First().HostId;
            var id = route.StartsWith("/hosts/", StringComparison.Ordinal) ? host : route.StartsWith("/deployments/", StringComparison.Ordinal) ? deployment : cluster.Id;
            await browser.Page.GotoAsync(route.Replace("{Id:guid}", $"{id}", StringComparison.Ordinal).Replace("{HostId:guid}", $"{host}", StringComparison.Ordinal));
            await Assertions.Expect(browser.Page.Locator("h1")).ToBeVisibleAsync();
            await Assertions.Expect(browser.Page.GetByText("Loading…")).ToHaveCountAsync(0);
            search.Text($"the page {route}", await browser.Page.ContentAsync());
            await browser.ShootAsync($"page{route.Replace("{Id:guid}", "id", StringComparison.Ordinal).Replace("{HostId:guid}", "host", StringComparison.Ordinal).Replace('/', '-')}");
        }
    }
}
