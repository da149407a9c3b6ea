using System.Text.RegularExpressions;
using ClusterPanel.EndToEnd.Tests.Fixtures;
using Microsoft.Playwright;

namespace ClusterPanel.EndToEnd.Tests;

/// <summary>The whole way with a real Kubernetes: from the first visit in a browser to a finished cluster that is then used.</summary>
public sealed partial class RealClusterTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(25);

    [Fact]
    public async Task Browser_FromFirstVisit_MakesAClusterThatWorksAndSurvivesTheLossOfAMaster()
    {
        Assert.SkipWhen(Scenario.Real is null, "needs a real Kubernetes package: set CLUSTERPANEL_KUBE_PACKAGE");
        Assert.SkipWhen(Browser.Missing is not null, Browser.Missing ?? "");
        await using var scenario = await Scenario.BeginAsync(5);
        await using var browser = await scenario.BrowseAsync();
        var page = browser.Page;

        await browser.MakeAdministratorAsync(scenario.Panel.SetupCode!);
        await AddCredentialAsync(browser, scenario);
        await AddHostsAsync(browser, scenario.Lab.Hosts);
        await RegisterPackageAsync(browser, Scenario.Real!);
        await CreateClusterAsync(browser, scenario.Lab.Hosts, masters: 3);

        await Assertions.Expect(page.GetByText("kubeadm init: done.").First).ToBeVisibleAsync(new() { Timeout = (float)Limit.TotalMilliseconds });
        await browser.ShootAsync("deployment-running");
        await Assertions.Expect(page.GetByText("Finished and verified")).ToBeVisibleAsync(new() { Timeout = (float)Limit.TotalMilliseconds });
        await browser.ShootAsync("deployment-finished");
        await AssertLogIsWholeAsync(page, scenario.Password);

        await page.GetByRole(AriaRole.Link, new() { NameRegex = OpenCluster() }).ClickAsync();
        await Assertions.Expect(page.GetByText("5 of 5 ready")).ToBeVisibleAsync();
        await browser.ShootAsync("cluster");
        await RenewAsync(browser);
        await page.GetByRole(AriaRole.Link, new() { NameRegex = OpenCluster() }).ClickAsync();
        var kubeconfig = await DownloadKubeconfigAsync(browser, scenario.DataDirectory);
        browser.AssertClean();

        await AssertUsableFromOutsideAsync(scenario, kubeconfig);
        await ClusterUse.PodsRunAsync(scenario, "h1", ["h4", "h5"], real: true);
        await AssertWorkerSurvivesLossOfMasterAsync(scenario);
        await AssertLossIsShownAsync(browser);
    }

    private static async Task AssertLossIsShownAsync(Browser browser)
    {
        await browser.Page.ReloadAsync();
        await Assertions.Expect(browser.Page.GetByRole(AriaRole.Img, new() { NameRegex = OutOfService() })).ToBeVisibleAsync();
        await browser.ShootAsync("cluster-without-a-master", whole: true);
        await browser.Button("Use the dark theme").ClickAsync();
        await Assertions.Expect(browser.Button("Use the light theme")).ToBeVisibleAsync();
        await browser.ShootAsync("cluster-without-a-master-dark", whole: true);
    }

    // The longest way in: a user who is not root, a private key with a passphrase, sudo with a password.
    private static async Task AddCredentialAsync(Browser browser, Scenario scenario)
    {
        var (file, passphrase) = (Path.Combine(scenario.DataDirectory, "operator-key"), Canaries.NewPassword());
        await Shell.RunAsync("ssh-keygen", ["-q", "-t", "ed25519", "-N", passphrase, "-C", "operator", "-f", file], TimeSpan.FromSeconds(30));
        var publicKey = (await File.ReadAllTextAsync(file + ".pub", TestContext.Current.CancellationToken)).Trim();
        var key = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
        File.Delete(file);
        scenario.Canaries.Add("the operator's key", key);
        scenario.Canaries.Add("its passphrase", passphrase);
        foreach (var host in scenario.Lab.Hosts)
        {
            await scenario.Lab.RunAsync(host.Name, $"install -d -m 700 -o ops -g ops /home/ops/.ssh; echo '{publicKey}' > /home/ops/.ssh/authorized_keys; chown ops: /home/ops/.ssh/authorized_keys");
        }

        var page = browser.Page;
        await page.GotoAsync("/credentials");
        await browser.Button("Add the first credential").ClickAsync();
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("operator's key");
        await page.GetByLabel("Login").FillAsync("ops");
        await page.GetByLabel("Proof").SelectOptionAsync("PrivateKey");
        await page.GetByLabel("Private key").FillAsync(key);
        await page.GetByLabel("Sudo password").FillAsync(scenario.Password);
        await AddAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("passphrase");
        await browser.ShootAsync("credential");
        await page.GetByLabel("Passphrase").FillAsync(passphrase);
        await AddAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
        await Assertions.Expect(page.GetByText("operator's key")).ToBeVisibleAsync();

        Task AddAsync() => page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Add credential" }).ClickAsync();
    }

    private static async Task AddHostsAsync(Browser browser, IReadOnlyList<(string Name, string Address)> hosts)
    {
        var page = browser.Page;
        await page.GotoAsync("/hosts");
        await browser.Button("Add the first hosts").ClickAsync();
        await page.GetByLabel("Host list").FillAsync(string.Join('\n', hosts.Select(h => $"{h.Name} {h.Address}")));
        await page.GetByLabel("Credential", new() { Exact = true }).SelectOptionAsync(new SelectOptionValue { Index = 1 });
        await browser.Button("Add and read keys").ClickAsync();
        await Assertions.Expect(browser.Button($"Approve all {hosts.Count}")).ToBeEnabledAsync();
        await browser.ShootAsync("approve-keys");
        await browser.Button($"Approve all {hosts.Count}").ClickAsync();
        await Assertions.Expect(page.GetByText($"{hosts.Count} of {hosts.Count} done")).ToBeVisibleAsync();
        await browser.Button("Close").Last.ClickAsync();
        await Assertions.Expect(page.GetByText("Debian GNU/Linux").Nth(hosts.Count - 1)).ToBeVisibleAsync();
        await browser.ShootAsync("hosts");
    }

    private static async Task RegisterPackageAsync(Browser browser, string path)
    {
        var page = browser.Page;
        await page.GotoAsync("/packages");
        await browser.Button("Register the first package").ClickAsync();
        await page.GetByLabel("Path on the panel's machine").FillAsync(path);
        await browser.Button("Register").ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0, new() { Timeout = 180_000 });
        await browser.ShootAsync("packages");
    }

    private static async Task CreateClusterAsync(Browser browser, IReadOnlyList<(string Name, string Address)> hosts, int masters)
    {
        var page = browser.Page;
        await page.GotoAsync("/clusters/new");
        await page.GetByLabel("Cluster name").FillAsync("first");
        await page.GetByLabel("Package", new() { Exact = true }).SelectOptionAsync(new SelectOptionValue { Index = 1 });
        await browser.ShootAsync("wizard-1-basics");
        await browser.Button("Next").ClickAsync();
        foreach (var (host, index) in hosts.Select((h, i) => (h.Name, i)))
        {
            await browser.ChooseRoleAsync(host, index < masters ? "Master" : "Worker");
        }

        await browser.ShootAsync("wizard-2-nodes");
        await browser.Button("Next").ClickAsync();
        await Assertions.Expect(page.GetByLabel("Virtual IP")).ToBeVisibleAsync();
        await browser.ShootAsync("wizard-3-network");
        await browser.Button("Run preflight").ClickAsync();
        await Assertions.Expect(browser.Button("Show the plan")).ToBeEnabledAsync(new() { Timeout = 120_000 });
        await browser.ShootAsync("wizard-4-preflight");
        await browser.Button("Show the plan").ClickAsync();
        await Assertions.Expect(browser.Button("Create cluster")).ToBeEnabledAsync();
        await browser.ShootAsync("wizard-5-plan");
        await browser.Button("Create cluster").ClickAsync();
        await Assertions.Expect(page).ToHaveURLAsync(new Regex("/deployments/"));
    }

    // What the page's download has is what the journal has: every line once, in order.
    private static async Task AssertLogIsWholeAsync(IPage page, string password)
    {
        await page.ReloadAsync();
        await Assertions.Expect(page.GetByText("The deployment has ended: Succeeded.")).ToBeVisibleAsync();
        var download = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "Download" }).ClickAsync());
        var text = await File.ReadAllTextAsync(await download.PathAsync());
        Assert.Contains("Create cluster first: begins", text, StringComparison.Ordinal);
        Assert.Contains("The deployment has ended: Succeeded.", text, StringComparison.Ordinal);
        Assert.DoesNotContain(password, text, StringComparison.Ordinal);
    }

    private static async Task RenewAsync(Browser browser)
    {
        var page = browser.Page;
        await browser.Link("Certificates").ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Table, new() { Name = "Certificates of h5" })).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await Assertions.Expect(page.GetByText("made for less than")).ToHaveCountAsync(0);
        var renew = page.GetByRole(AriaRole.Link, new() { Name = "Renew /etc/kubernetes/scheduler.conf of h1" });
        await Assertions.Expect(renew).ToBeVisibleAsync();
        await browser.ShootAsync("certificates");
        await renew.ClickAsync();
        await Assertions.Expect(page.GetByText("Renew scheduler.conf of master h1 of cluster first")).ToBeVisibleAsync();
        await browser.ShootAsync("certificates-renew");
        await browser.Button("Renew").ClickAsync();
        await Assertions.Expect(page.GetByText("Finished and verified")).ToBeVisibleAsync(new() { Timeout = 180_000 });
    }

    private static async Task<string> DownloadKubeconfigAsync(Browser browser, string folder)
    {
        await browser.Button("Kubeconfig").ClickAsync();
        await browser.ShootAsync("kubeconfig");
        var download = await browser.Page.RunAndWaitForDownloadAsync(() => browser.Link("Download").ClickAsync());
        var path = Path.Combine(folder, "downloaded.kubeconfig");
        await download.SaveAsAsync(path);
        Assert.DoesNotContain("apiserver.cluster.local:6443", await File.ReadAllTextAsync(path), StringComparison.Ordinal);
        return path;
    }

    // As from an operator's own computer: another network namespace, no hosts entry, the package's kubectl.
    private static async Task AssertUsableFromOutsideAsync(Scenario scenario, string kubeconfig)
    {
        var kubectl = Path.Combine(scenario.DataDirectory, "kubectl");
        var tool = Path.Combine(Repository.Root, "lab", "hosts");
        await Shell.RunAsync("sh", ["-c", $"'{tool}' exec h1 cat /usr/bin/kubectl > '{kubectl}'; chmod 755 '{kubectl}'"], TimeSpan.FromMinutes(1));
        var nodes = await scenario.Lab.OutsideAsync(kubectl, "--kubeconfig", kubeconfig, "get", "nodes", "--no-headers");
        Assert.Equal(5, nodes.Split('\n', StringSplitOptions.RemoveEmptyEntries).Count(l => Ready().IsMatch(l)));
    }

    private static async Task AssertWorkerSurvivesLossOfMasterAsync(Scenario scenario)
    {
        await scenario.Lab.DoAsync("kill", "h1");
        var ask = "for i in 1 2 3 4 5 6 7 8 9 10; do curl -sf --max-time 2 --cacert /etc/clusterpanel/ca.crt https://apiserver.cluster.local:6443/readyz || exit 1; done";
        await scenario.UntilHostAsync("h4", ask, TimeSpan.FromSeconds(30));
        Assert.DoesNotContain("10.203.0.11 in", await scenario.Lab.RunAsync("h4", "cat /run/clusterpanel-apilb/state"), StringComparison.Ordinal);
    }

    [GeneratedRegex("h1: out")]
    private static partial Regex OutOfService();

    [GeneratedRegex("^Open cluster")]
    private static partial Regex OpenCluster();

    [GeneratedRegex(@"\sReady\s")]
    private static partial Regex Ready();
}
