using Bunit;
using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Deployments;
using ClusterPanel.Web.Components.Pages.Clusters;
using ClusterPanel.Web.Tests.Fakes;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace ClusterPanel.Web.Tests.Pages;

public sealed class ChangeNodesPageTests : WebTestContext
{
    [Fact]
    public async Task Add_FreeHostAsMaster_IsCheckedPlannedAndStarted()
    {
        var cluster = await MakeAsync();
        await Hosts.AddAsync([Samples.Usable("new1", "10.0.0.31", (await Credentials.ListAsync(Token))[0].Id)], Samples.Seeded, Token);
        var page = Render<AddNodesPage>(p => p.Add(c => c.Id, cluster.Id));
        Assert.Single(page.FindAll("table[aria-label='Hosts and roles'] tbody tr"));

        page.Find("input[aria-label='new1: Master']").Change(true);
        Assert.Contains("1 master and 0 workers to add", page.Markup, StringComparison.Ordinal);
        Button(page, "Run preflight").Click();
        await UntilAsync(() => Assert.Contains("Add master new1 to cluster demo", page.Find(".plan").TextContent, StringComparison.Ordinal));
        Assert.Contains("4 masters survive the loss of no more machines than 3", page.Markup, StringComparison.Ordinal);
        Button(page, "Add nodes").Click();

        await StartedAsync(DeploymentKind.AddNodes);
    }

    [Fact]
    public async Task Add_PackageOfTheCreationIsGone_IsJudgedByAnotherOfItsVersion()
    {
        var cluster = await MakeAsync();
        await Packages.DeleteAsync(cluster.Spec.PackageId, Samples.Seeded, Token);
        await Hosts.AddAsync([Samples.Usable("new1", "10.0.0.31", (await Credentials.ListAsync(Token))[0].Id)], Samples.Seeded, Token);
        var page = Render<AddNodesPage>(p => p.Add(c => c.Id, cluster.Id));

        page.Find("input[aria-label='new1: Worker']").Change(true);
        Button(page, "Run preflight").Click();
        await UntilAsync(() => Assert.Contains("The cluster runs Kubernetes v1.20.2, and no package of that version is registered.", page.Markup, StringComparison.Ordinal));
        await Packages.AddAsync(Samples.Package(), Samples.Seeded, Token);
        Button(page, "Check again").Click();

        await UntilAsync(() => Assert.Contains("Add worker new1 to cluster demo", page.Find(".plan").TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Repair_Node_ShowsThePlanAndStartsIt()
    {
        var cluster = await MakeAsync();
        var worker = cluster.Spec.Workers.First();
        Services.GetRequiredService<NavigationManager>().NavigateTo($"/clusters/{cluster.Id}/nodes/{worker.HostId}/repair");
        var page = Render<RepairOrCleanPage>(p => p.Add(c => c.Id, cluster.Id).Add(c => c.HostId, worker.HostId));

        await UntilAsync(() => Assert.Contains("worker1", page.Find(".plan").TextContent, StringComparison.Ordinal));
        Button(page, "Repair node").Click();

        await StartedAsync(DeploymentKind.RepairNodes);
    }

    [Fact]
    public async Task Clean_HostThatIsStillAMember_FindsNothing()
    {
        var cluster = await MakeAsync();
        var worker = cluster.Spec.Workers.First();
        Services.GetRequiredService<NavigationManager>().NavigateTo($"/clusters/{cluster.Id}/nodes/{worker.HostId}/clean");

        var page = Render<RepairOrCleanPage>(p => p.Add(c => c.Id, cluster.Id).Add(c => c.HostId, worker.HostId));

        Assert.Equal("There is nothing of this cluster to clean on this host", page.Find("h1").TextContent);
    }

    [Fact]
    public async Task Remove_HostThatDoesNotAnswer_NeedsTheWordThatItIsPoweredOff()
    {
        var page = await ChooseSilentAsync();

        Assert.Empty(page.FindAll(".plan"));
        page.FindAll("label").Single(l => l.TextContent.Contains("It is powered off", StringComparison.Ordinal)).QuerySelector("input")!.Change(true);
        await UntilAsync(() => Assert.Contains("Remove worker worker2 from cluster demo", page.Find(".plan").TextContent, StringComparison.Ordinal));
        Button(page, "Remove nodes").Click();

        var plan = await StartedAsync(DeploymentKind.RemoveNodes);
        Assert.Equal(["worker2"], plan.Spec.NotCleaned.Select(m => m.HostName));
    }

    [Fact]
    public async Task Remove_HostThatOnlyRestarted_IsLookedAtAnewWhenChosenAgain()
    {
        var page = await ChooseSilentAsync();
        Sessions.Silent.Remove("10.0.0.22", out _);

        page.Find("input[aria-label='Remove worker2']").Change(false);
        page.Find("input[aria-label='Remove worker2']").Change(true);

        await UntilAsync(() => Assert.Contains("answers, and is cleaned", page.Markup, StringComparison.Ordinal));
        await UntilAsync(() => Assert.Contains("Remove worker worker2 from cluster demo", page.Find(".plan").TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Remove_LinkNamesNodes_TheyAreChosenAtFirst()
    {
        var cluster = await MakeAsync();
        var worker = cluster.Spec.Workers.First();
        Services.GetRequiredService<NavigationManager>().NavigateTo($"/clusters/{cluster.Id}/nodes/remove?host={worker.HostId}&host={Guid.NewGuid()}");

        var page = Render<RemoveNodesPage>(p => p.Add(c => c.Id, cluster.Id));

        await UntilAsync(() => Assert.Contains($"Remove worker {worker.NodeName} from cluster demo", page.Find(".plan").TextContent, StringComparison.Ordinal));
        Assert.Equal([$"Remove {worker.NodeName}"], page.FindAll("input[aria-label^='Remove ']").Where(i => i.HasAttribute("checked")).Select(i => i.GetAttribute("aria-label")));
    }

    [Fact]
    public async Task Remove_TwoMembersOfOneName_AreToldApart()
    {
        var cluster = await MakeAsync();
        var old = cluster.Spec.ControlPlane.First();
        cluster.Spec = cluster.Spec with { Members = [.. cluster.Spec.Members, old with { HostId = Guid.NewGuid(), HostName = "new" }] };

        var page = Render<RemoveNodesPage>(p => p.Add(c => c.Id, cluster.Id));

        Assert.Equal(page.FindAll("tbody strong").Select(s => $"Remove {s.TextContent}"), page.FindAll("input[aria-label^='Remove ']").Select(i => i.GetAttribute("aria-label")));
        Assert.Equal([old.NodeName, $"{old.NodeName} (new)"], page.FindAll("tbody strong").Select(s => s.TextContent).Where(t => t.StartsWith(old.NodeName, StringComparison.Ordinal)));
    }

    // worker2 does not answer when it is chosen for a removal.
    private async Task<IRenderedComponent<RemoveNodesPage>> ChooseSilentAsync()
    {
        var cluster = await MakeAsync();
        Sessions.Silent["10.0.0.22"] = true;
        var page = Render<RemoveNodesPage>(p => p.Add(c => c.Id, cluster.Id));
        page.Find("input[aria-label='Remove worker2']").Change(true);
        await UntilAsync(() => Assert.Contains("Nothing answers at 10.0.0.22", page.Markup, StringComparison.Ordinal));
        return page;
    }

    private async Task<(Cluster Cluster, IRenderedComponent<RemoveNodesPage> Page)> ChooseMasterAsync()
    {
        var cluster = await MakeAsync();
        var page = Render<RemoveNodesPage>(p => p.Add(c => c.Id, cluster.Id));
        page.Find("input[aria-label='Remove master1']").Change(true);
        await UntilAsync(() => Assert.Contains("Remove master master1", page.Find(".plan").TextContent, StringComparison.Ordinal));
        return (cluster, page);
    }

    [Fact]
    public async Task Remove_Master_WarnsAndAsksForTheName()
    {
        var (_, page) = await ChooseMasterAsync();

        Button(page, "Remove nodes").Click();

        Assert.Contains("Two masters survive the loss of none", page.Markup, StringComparison.Ordinal);
        Assert.Contains("Type the name demo exactly.", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Remove_PlanChangedBeforeItWasConfirmed_IsSaidBesideTheButton()
    {
        var (cluster, page) = await ChooseMasterAsync();
        Field(page, "Type demo to confirm").Change("demo");
        cluster.Spec = cluster.Spec with { Members = [.. cluster.Spec.Members.Where(m => m.HostName != "worker2")] };

        Button(page, "Remove nodes").Click();

        await UntilAsync(() => page.Find(".notice.tone-bad"));
        Assert.InRange(page.Markup.IndexOf("notice tone-bad", StringComparison.Ordinal), page.Markup.IndexOf("Look that the Nodes stay away", StringComparison.Ordinal), page.Markup.IndexOf("Keep it as it is", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Add_TypedAddresses_AreChosenAndTheUnknownOnesNamed()
    {
        var cluster = await MakeAsync();
        await Hosts.AddAsync([.. Enumerable.Range(1, 2).Select(i => Samples.Usable($"new{i}", $"10.0.0.3{i}", Guid.NewGuid()))], Samples.Seeded, Token);
        var page = Render<AddNodesPage>(p => p.Add(c => c.Id, cluster.Id));

        Field(page, "Addresses, ranges or names").Change("10.0.0.31-33, master1");
        Button(page, "As workers").Click();

        Assert.Contains("0 masters and 2 workers to add", page.Markup, StringComparison.Ordinal);
        Assert.Contains("Not in the inventory: 10.0.0.33", page.Markup, StringComparison.Ordinal);
        Assert.Contains("master1: it is in cluster demo.", page.Markup, StringComparison.Ordinal);
        var dialogs = RenderDialogs();
        await page.InvokeAsync(() => Button(page, "Add this host").Click());
        Assert.Equal("host-10-0-0-33 10.0.0.33", Field(dialogs, "Host list").GetAttribute("value"));
    }

    [Fact]
    public async Task Replace_MasterInstalledAnew_OffersItself()
    {
        var cluster = await MakeAsync();
        var old = cluster.Spec.ControlPlane.First();
        var page = Render<ReplaceMasterPage>(p => p.Add(c => c.Id, cluster.Id).Add(c => c.HostId, old.HostId));

        await UntilAsync(() => Assert.Contains("installed anew", page.Markup, StringComparison.Ordinal));
        page.Find("input[aria-label='Take master1 itself']").Change(true);

        await UntilAsync(() => Assert.Contains("Replace master master1 of cluster demo with master1", page.Find(".plan").TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Replace_MasterThatAnswers_IsDrainedAsTheFieldsSay()
    {
        var cluster = await MakeAsync();
        var page = Render<ReplaceMasterPage>(p => p.Add(c => c.Id, cluster.Id).Add(c => c.HostId, cluster.Spec.ControlPlane.First().HostId));
        await UntilAsync(() => Assert.Contains("installed anew", page.Markup, StringComparison.Ordinal));
        page.Find("input[aria-label='Take master1 itself']").Change(true);
        await UntilAsync(() => page.FindComponent<ConfirmPlan>());

        Field(page, "Wait for evictions (minutes)").Change("12");
        page.Find("section[aria-label=Draining] input[type=checkbox]").Change(true);

        await UntilAsync(() => Assert.Equal(new DrainOptions(12, true), Assert.IsType<ReplaceMaster>(page.FindComponent<ConfirmPlan>().Instance.Change).Drain));
    }

    [Fact]
    public async Task Remove_MinutesAreNoNumber_IsSaidAtTheField()
    {
        var cluster = await MakeAsync();
        var page = Render<RemoveNodesPage>(p => p.Add(c => c.Id, cluster.Id));

        Field(page, "Wait for evictions (minutes)").Change("soon");

        Assert.Contains("Whole minutes, for example 5.", page.Markup, StringComparison.Ordinal);
    }

    private async Task<Cluster> MakeAsync()
    {
        var (cluster, deployment, _) = await AddDeploymentAsync();
        Deployments.Set(deployment.Id, DeploymentStatus.Succeeded);
        cluster.Status = ClusterStatus.Ready;
        return cluster;
    }

    private async Task<Plan> StartedAsync(DeploymentKind kind)
    {
        await UntilAsync(() => Assert.Contains("/deployments/", Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal));
        var deployment = Assert.Single(await Deployments.ListAsync(null, 10, Token), d => d.Kind == kind);
        return await Deployments.ReadPlanAsync(deployment.Id, Token);
    }
}
