using Bunit;
using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Deployments;
using ClusterPanel.Web.Components.Pages.Clusters.Create;
using ClusterPanel.Web.Tests.Fakes;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;

namespace ClusterPanel.Web.Tests.Pages;

public sealed class CreateClusterPageTests : WebTestContext
{
    [Fact]
    public void Wizard_NothingThereYet_LeadsToHostsAndPackages()
    {
        var page = Render<CreateClusterPage>();

        Assert.Equal(["/hosts", "/packages"], page.FindAll(".empty a").Select(a => a.GetAttribute("href")));
    }

    [Fact]
    public async Task Wizard_EmptyName_StaysOnFirstStepWithErrorsAtTheFields()
    {
        var page = await OpenAsync(packages: 2);

        Button(page, "Next").Click();

        Assert.Equal("true", Field(page, "Cluster name").GetAttribute("aria-invalid"));
        Assert.Equal("true", Field(page, "Package").GetAttribute("aria-invalid"));
        Assert.Empty(page.FindAll("table[aria-label='Hosts and roles']"));
    }

    [Fact]
    public async Task Wizard_TakenName_SaysSo()
    {
        var (cluster, _, _) = await AddDeploymentAsync();
        var page = Render<CreateClusterPage>();

        Field(page, "Cluster name").Change(cluster.Name);
        Button(page, "Next").Click();

        Assert.Contains("There is a cluster named", page.Find(".field-error").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wizard_StandInPackage_IsLabelledFromTheFirstStepOn()
    {
        await AddUsableHostsAsync();
        await Packages.AddAsync(Samples.Package(standIn: true), Samples.Seeded, Token);

        var page = Render<CreateClusterPage>();

        Assert.Contains("Stand-in: not Kubernetes, for trying out the panel", page.Find("header.page-head").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wizard_NoMaster_StaysOnNodes()
    {
        var page = await OpenAsync();
        ToNodes(page);

        Button(page, "Next").Click();

        Assert.Contains("at least one master", page.Find(".notice.tone-bad").TextContent, StringComparison.Ordinal);
        Assert.NotEmpty(page.FindAll("table[aria-label='Hosts and roles']"));
    }

    [Fact]
    public async Task Wizard_EvenMasters_AdvisesAnOddNumber()
    {
        var page = await OpenAsync();
        ToNodes(page);

        Choose(page, "master1", "Master");
        Choose(page, "master2", "Master");

        Assert.Contains("Two masters survive the loss of none", page.Find(".notice.tone-warn").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wizard_HostOfAnotherCluster_CannotBeChosen()
    {
        var (cluster, _, _) = await AddDeploymentAsync();
        var page = Render<CreateClusterPage>();
        Field(page, "Cluster name").Change("second");
        Button(page, "Next").Click();

        Assert.Empty(page.FindAll("input[type=radio]"));
        Assert.Contains($"it is in cluster {cluster.Name}", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wizard_WrongPodSubnet_StaysOnNetworkWithErrorAtTheField()
    {
        var page = await OpenAsync();
        ToNetwork(page);

        Field(page, "Pod addresses").Change("not a subnet");
        Button(page, "Run preflight").Click();

        Assert.Equal("true", Field(page, "Pod addresses").GetAttribute("aria-invalid"));
        Assert.Empty(page.FindAll("table[aria-label='Preflight']"));
    }

    [Fact]
    public async Task Wizard_PreflightFails_NamesTheFixAndBlocksTheWay()
    {
        Sessions.Extra["10.0.0.22"] = "leftover /etc/kubernetes/kubelet.conf";
        var page = await OpenAsync();
        ToPreflight(page);

        Assert.Contains("worker2", page.Find("table[aria-label='What to mend'] tbody").TextContent, StringComparison.Ordinal);
        Assert.True(Button(page, "Show the plan").HasAttribute("disabled"));
    }

    [Fact]
    public async Task Wizard_CheckAgainAfterMending_OpensTheWay()
    {
        Sessions.Extra["10.0.0.22"] = "leftover /etc/kubernetes/kubelet.conf";
        var page = await OpenAsync();
        ToPreflight(page);

        Sessions.Extra.Clear();
        Button(page, "Check again").Click();

        await UntilAsync(() => Assert.False(Button(page, "Show the plan").HasAttribute("disabled")));
    }

    [Fact]
    public async Task Wizard_Plan_ShowsEveryCommandAsText()
    {
        var page = await OpenAsync();
        await ToPlanAsync(page);
        var plan = (await PreviewAsync()).Plan;

        Assert.Equal(plan.Stages.Select(s => s.Title), page.FindAll(".plan-title").Select(t => t.TextContent));
        page.FindAll(".plan-stages > li > div > .disclosure")[0].Click();
        page.Find(".plan-host > .disclosure").Click();
        page.Find(".plan-command > .disclosure").Click();
        var command = plan.Stages[0].Hosts[0].Commands[0];
        Assert.Equal(command.Script, page.Find("pre.script").TextContent);
    }

    [Fact]
    public async Task Wizard_TwoClicksOnCreate_StartOnce()
    {
        var page = await OpenAsync();
        await ToPlanAsync(page);
        Deployments.CreateGate = new TaskCompletionSource();

        // Both clicks of a double click name the handler of the first render.
        var click = page.FindComponents<MudButton>().Single(b => b.Markup.Contains("Create cluster", StringComparison.Ordinal)).Instance.OnClick;
        var first = page.InvokeAsync(() => click.InvokeAsync());
        var second = page.InvokeAsync(() => click.InvokeAsync());
        Deployments.CreateGate.SetResult();
        await Task.WhenAll(first, second);

        Assert.Equal(1, Deployments.Created);
        var deployment = Assert.Single(await Deployments.ListAsync(null, 10, Token));
        Assert.Equal("maria", deployment.CreatedBy);
        Assert.EndsWith($"/deployments/{deployment.Id}", Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wizard_PlanWouldBeAnotherNow_ShowsTheNewOneAndDoesNotStart()
    {
        var page = await OpenAsync();
        await ToPlanAsync(page);
        var host = (await Hosts.ListAsync(Token)).First(h => h.Name == "worker1");
        host.Facts = host.Facts! with { HostName = "renamed" };
        await Hosts.UpdateAsync(host, Samples.Seeded, Token);

        Button(page, "Create cluster").Click();

        Assert.Equal(0, Deployments.Created);
        Assert.Contains("Something changed since this plan was shown", page.Find(".notice.tone-bad").TextContent, StringComparison.Ordinal);
    }

    private async Task<IRenderedComponent<CreateClusterPage>> OpenAsync(int packages = 1)
    {
        await AddUsableHostsAsync();
        for (var i = 0; i < packages; i++)
        {
            await Packages.AddAsync(Samples.Package(), Samples.Seeded, Token);
        }

        return Render<CreateClusterPage>();
    }

    private static void ToNodes(IRenderedComponent<CreateClusterPage> page)
    {
        Field(page, "Cluster name").Change("demo");
        Button(page, "Next").Click();
    }

    private static void Choose(IRenderedComponent<CreateClusterPage> page, string host, string role) =>
        page.Find($"input[aria-label='{host}: {role}']").Change("on");

    private static void ToNetwork(IRenderedComponent<CreateClusterPage> page)
    {
        ToNodes(page);
        Button(page, "Suggest: 3 masters, the rest workers").Click();
        Button(page, "Next").Click();
    }

    private static void ToPreflight(IRenderedComponent<CreateClusterPage> page)
    {
        ToNetwork(page);
        Button(page, "Run preflight").Click();
        page.WaitForAssertion(() => Assert.DoesNotContain("hosts judged", page.Markup, StringComparison.Ordinal));
    }

    private async Task ToPlanAsync(IRenderedComponent<CreateClusterPage> page)
    {
        ToPreflight(page);
        await UntilAsync(() => Assert.False(Button(page, "Show the plan").HasAttribute("disabled")));
        Button(page, "Show the plan").Click();
    }

    private async Task<PlanPreview> PreviewAsync()
    {
        var hosts = await Hosts.ListAsync(Token);
        return await Services.GetRequiredService<DeploymentService>().PreviewAsync(
            new ClusterRequest
            {
                Name = "demo",
                PackageId = (await Packages.ListAsync(Token))[0].Id,
                MasterHostIds = [.. hosts.Where(h => h.Name.StartsWith("master", StringComparison.Ordinal)).Select(h => h.Id)],
                WorkerHostIds = [.. hosts.Where(h => h.Name.StartsWith("worker", StringComparison.Ordinal)).Select(h => h.Id)],
            },
            Token);
    }
}
