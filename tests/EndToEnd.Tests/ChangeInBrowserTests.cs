using System.Text.RegularExpressions;
using ClusterPanel.Core.Deployments;
using ClusterPanel.EndToEnd.Tests.Fixtures;
using Microsoft.Playwright;

namespace ClusterPanel.EndToEnd.Tests;

/// <summary>What operators do to clusters, with a browser: stop a creation and clean up, add, replace, remove, reset.</summary>
public sealed class ChangeInBrowserTests
{
    private const float Long = 240_000;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);

    [Fact]
    public async Task Creation_CanceledStoppedAndCleanedUp_GivesTheHostsBack()
    {
        await using var scenario = await BeginAsync(2);
        await using var browser = await scenario.BrowseAsync();
        var hosts = await scenario.AddHostsAsync(await scenario.RootPasswordAsync());
        await scenario.Lab.SetFaultAsync("h1", "init: slow=60");
        var deployment = await scenario.StartAsync(await scenario.RequestAsync(hosts, 1, Scenario.StandIn!));
        var page = browser.Page;
        await browser.MakeAdministratorAsync(scenario.Panel.SetupCode!);

        await page.GotoAsync($"/deployments/{deployment.Id}");
        await scenario.UntilHostAsync("h1", "pgrep -f '[k]ubeadm init --config'", Limit);
        await browser.Button("Cancel").ClickAsync();
        await browser.Button("Stop deployment").ClickAsync();
        await Assertions.Expect(page.GetByText("Still at work, and let end: kubeadm init on h1")).ToBeVisibleAsync();
        await browser.ShootAsync("deployment-canceled");
        await browser.Button("Stop commands").ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Stop commands" }).ClickAsync();
        await Assertions.Expect(browser.Button("Resume")).ToBeVisibleAsync(new() { Timeout = Long });
        await browser.ShootAsync("deployment-stopped");

        await page.GotoAsync($"/clusters/{deployment.ClusterId}");
        await Assertions.Expect(page.GetByText("In the cluster so far: 0 of 1 masters, 0 of 1 workers.")).ToBeVisibleAsync();
        await browser.ShootAsync("cluster-not-finished");
        await browser.Link("Clean up").ClickAsync();
        await Assertions.Expect(page.GetByText("0 of 2 do not answer")).ToBeVisibleAsync();
        await page.GetByText("things to undo").First.ClickAsync();
        await browser.ShootAsync("reset");
        await ConfirmAsync(browser, "Reset cluster");
        await FinishedAsync(page);
        await browser.ShootAsync("reset-finished");

        Assert.False(await scenario.Lab.TryAsync("h1", "ls -d /var/lib/clusterpanel /etc/kubernetes /usr/bin/kubeadm 2>/dev/null"));
        browser.AssertClean();
    }

    [Fact]
    public async Task Cluster_NodesAddedReplacedAndRemoved_ByClicks()
    {
        // The same changes are made every day by LifeOfAClusterTests and, over the API, by ApiDocumentTests.
        Assert.SkipWhen(Scenario.NotFull is not null, Scenario.NotFull ?? "");
        await using var scenario = await BeginAsync(6);
        await using var browser = await scenario.BrowseAsync();
        var hosts = await scenario.AddHostsAsync(await scenario.RootPasswordAsync());
        var deployment = await scenario.StartAsync(await scenario.RequestAsync([.. hosts.Take(4)], 3, Scenario.StandIn!));
        await scenario.EndsAsync(deployment, DeploymentStatus.Succeeded, Limit);
        var page = browser.Page;
        await browser.MakeAdministratorAsync(scenario.Panel.SetupCode!);

        await page.GotoAsync($"/clusters/{deployment.ClusterId}");
        await Assertions.Expect(page.GetByText("4 of 4 ready")).ToBeVisibleAsync();
        await browser.Link("Add nodes").ClickAsync();
        await browser.ChooseRoleAsync("h5", "Worker");
        await browser.Button("Run preflight").ClickAsync();
        await Assertions.Expect(browser.Button("Add nodes")).ToBeEnabledAsync();
        await browser.ShootAsync("add-nodes");
        await browser.Button("Add nodes").ClickAsync();
        await FinishedAsync(page);

        await scenario.Lab.DoAsync("kill", "h2");
        await page.GotoAsync($"/clusters/{deployment.ClusterId}/nodes/{hosts[1].Id}/replace");
        await page.GetByLabel("It is powered off").CheckAsync();
        await page.GetByLabel("Take h6").CheckAsync();
        await Assertions.Expect(page.GetByLabel("Type first to confirm")).ToBeVisibleAsync();
        await browser.ShootAsync("replace-master");
        await ConfirmAsync(browser, "Replace master");
        await FinishedAsync(page);
        await browser.ShootAsync("replace-finished");

        await page.GotoAsync($"/clusters/{deployment.ClusterId}");
        await Assertions.Expect(page.GetByText("5 of 5 ready")).ToBeVisibleAsync();
        await Assertions.Expect(browser.Link("Clean h2")).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByText("3 of 3 healthy")).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Table, new() { Name = "Load balancers" }).GetByText("ready", new() { Exact = true })).ToHaveCountAsync(6);
        await browser.ShootAsync("cluster-not-cleaned");

        await scenario.Lab.DoAsync("start", "h2");
        await scenario.Lab.RunAsync("h4", "systemctl stop clusterpanel-apilb");
        await scenario.Lab.RunAsync("h1", $"{Life.Kubectl} cordon h5");
        await browser.Button("Uncordon h5").ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Uncordon", Exact = true }).ClickAsync();
        await Assertions.Expect(browser.Button("Uncordon h5")).ToHaveCountAsync(0);
        await Assertions.Expect(page.GetByText("Answers again: clean it")).ToBeVisibleAsync();
        await browser.Link("Repair h4").ClickAsync();
        await Assertions.Expect(browser.Button("Repair node")).ToBeEnabledAsync();
        await browser.ShootAsync("repair-node");
        await browser.Button("Repair node").ClickAsync();
        await FinishedAsync(page);
        await page.GotoAsync($"/clusters/{deployment.ClusterId}");
        await browser.Link("Clean h2").ClickAsync();
        await browser.Button("Clean host").ClickAsync();
        await FinishedAsync(page);

        await page.GotoAsync($"/clusters/{deployment.ClusterId}");
        await Assertions.Expect(page.GetByText("Removed, not cleaned")).ToHaveCountAsync(0);
        await Assertions.Expect(page.GetByText("Not as it should be")).ToHaveCountAsync(0);
        await browser.Link("Remove nodes").ClickAsync();
        await page.GetByLabel("Remove h5").CheckAsync();
        await page.GetByLabel("Remove h3").CheckAsync();
        await Assertions.Expect(page.GetByText("Two masters survive the loss of none")).ToBeVisibleAsync();
        await Assertions.Expect(browser.Button("Remove nodes")).ToBeEnabledAsync();
        await browser.ShootAsync("remove-nodes");
        await ConfirmAsync(browser, "Remove nodes");
        await FinishedAsync(page);
        await page.GotoAsync($"/clusters/{deployment.ClusterId}");
        await Assertions.Expect(page.GetByText("3 of 3 ready")).ToBeVisibleAsync();
        browser.AssertClean();
    }

    private static async Task<Scenario> BeginAsync(int hosts)
    {
        Assert.SkipWhen(Browser.Missing is not null, Browser.Missing ?? "");
        return await Scenario.BeginAsync(hosts);
    }

    private static async Task ConfirmAsync(Browser browser, string action)
    {
        await browser.Page.GetByLabel("Type first to confirm").FillAsync("first");
        await browser.Button(action).ClickAsync();
        await Assertions.Expect(browser.Page).ToHaveURLAsync(new Regex("/deployments/"));
    }

    private static Task FinishedAsync(IPage page) => Assertions.Expect(page.GetByText("Finished and verified")).ToBeVisibleAsync(new() { Timeout = Long });
}
