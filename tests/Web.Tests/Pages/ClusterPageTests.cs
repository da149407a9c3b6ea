using Bunit;
using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Deployments;
using ClusterPanel.Web.Components.Pages.Clusters;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace ClusterPanel.Web.Tests.Pages;

public sealed class ClusterPageTests : WebTestContext
{
    [Fact]
    public async Task Nodes_ReadyCluster_ShowsTheirLiveState()
    {
        Reader.NotReady.Add("worker2");

        var page = await OpenReadyAsync();

        await UntilAsync(() => Assert.Contains("4 of 5 ready · read through master1", page.Find("section[aria-label=Nodes] .panel-head").TextContent, StringComparison.Ordinal));
        Assert.Contains("Not ready", Row(page, "worker2"), StringComparison.Ordinal);
        Assert.Contains("nftables", Row(page, "worker1"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nodes_ClusterAway_KeepsWhatWasSeenLastDimmedWithTheReason()
    {
        var page = await OpenReadyAsync();
        await UntilAsync(() => Assert.Contains("5 of 5 ready", page.Markup, StringComparison.Ordinal));

        Reader.Unreachable = true;

        await UntilAsync(() => Assert.Contains("No master answered", page.Find("[role=status].notice").TextContent, StringComparison.Ordinal));
        Assert.Equal(5, page.FindAll("table[aria-label='Nodes'] tr.dim").Count);
        Assert.Contains("Ready", Row(page, "worker1"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hosts_NotLookedAtForLong_AreShownAsThePast()
    {
        var (cluster, _, _) = await AddDeploymentAsync();
        var now = Services.GetRequiredService<TimeProvider>().GetUtcNow();
        var health = new ClusterHealth([], null, [], [], [], [], now.AddMinutes(-1));

        var fresh = Render<HealthPanel>(p => p.Add(c => c.Cluster, cluster).Add(c => c.Health, health));
        var old = Render<HealthPanel>(p => p.Add(c => c.Cluster, cluster).Add(c => c.Health, health with { ReadAt = now.AddMinutes(-3) }));

        Assert.Empty(fresh.FindAll("section.past"));
        Assert.Equal(2, old.FindAll("section.past").Count);
        Assert.Contains("last seen", old.Find("section[aria-label=etcd] .panel-head").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Etcd_NoneAnswers_ShowsTheMembersThatWereToldLastDimmed()
    {
        var (cluster, _, _) = await AddDeploymentAsync();
        var now = Services.GetRequiredService<TimeProvider>().GetUtcNow();
        var masters = cluster.Spec.ControlPlane.ToList();
        var told = new EtcdMemberState(new EtcdMember("1", "master1", "https://10.0.0.11:2380", true), true, false, 1024, "3.4.13");
        var health = new ClusterHealth([], "nothing.", [], [], [], [], now)
        {
            LastEtcd = ([told], now.AddMinutes(-1)),
            Data = [new EtcdData(masters[0], 1000), new EtcdData(masters[1], null)],
        };

        var waits = Render<HealthPanel>(p => p.Add(c => c.Cluster, cluster).Add(c => c.Health, health));
        var knows = Render<HealthPanel>(p => p.Add(c => c.Cluster, cluster).Add(c => c.Health, health with { Data = [.. health.Data.Select(d => d with { CommitIndex = d.CommitIndex ?? 1001 })] }));

        Assert.Contains("master1", waits.Find("table.past").TextContent, StringComparison.Ordinal);
        Assert.Contains("none answers", waits.Find("section[aria-label=etcd] [role=status]").TextContent, StringComparison.Ordinal);
        Assert.Contains($"the etcd of {masters[1].HostName} has not told it.", waits.Markup, StringComparison.Ordinal);
        Assert.DoesNotContain("recovery by hand", waits.Markup, StringComparison.Ordinal);
        Assert.Contains($"Of the masters that answer, {masters[1].HostName} has the newest data.", knows.Markup, StringComparison.Ordinal);
        Assert.Contains("recovery by hand", knows.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NotCleaned_ItsNodeAppears_IsCordonedAtOnceAndReported()
    {
        var page = await OpenReadyAsync(leaves: "worker2");
        await UntilAsync(() => Assert.Contains("Answers again: clean it", Left(page), StringComparison.Ordinal));

        Reader.Others.Add(new NodeState("worker2", NodeRole.Worker, false, "v1.20.2", "10.0.0.22", null, true));

        await UntilAsync(() => Assert.Contains("Its Node is back, cordoned", Left(page), StringComparison.Ordinal));
        Assert.Equal(["worker2"], Reader.Cordoned);
        Assert.Contains("was removed: see above", Row(page, "worker2"), StringComparison.Ordinal);
        Assert.DoesNotContain("Uncordon", Row(page, "worker2"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task NotCleaned_HostIsSilent_SaysSo()
    {
        Sessions.Silent["10.0.0.22"] = true;

        var page = await OpenReadyAsync(leaves: "worker2");

        await UntilAsync(() => Assert.Contains("Does not answer", Left(page), StringComparison.Ordinal));
        Assert.Contains("Nothing answers at 10.0.0.22", Left(page), StringComparison.Ordinal);
        Assert.Empty(Reader.Cordoned);
    }

    [Fact]
    public async Task NotCleaned_WillNotComeBack_IsTakenOffTheListWhenItsNameIsTyped()
    {
        Sessions.Silent["10.0.0.22"] = true;
        var dialogs = RenderDialogs();
        var page = await OpenReadyAsync(leaves: "worker2");

        await page.InvokeAsync(() => page.Find("button[aria-label='worker2 will not come back']").Click());
        dialogs.WaitForElement("input");
        await Button(dialogs, "Take it off the list").ClickAsync(new());
        Assert.Single(Assert.Single(await Clusters.ListAsync(Token)).Spec.NotCleaned);
        Field(dialogs, "Type worker2 to confirm").Change("worker2");
        await Button(dialogs, "Take it off the list").ClickAsync(new());

        await UntilAsync(() => Assert.Empty(page.FindAll("table[aria-label='Hosts not cleaned']")));
        Assert.Empty(Assert.Single(await Clusters.ListAsync(Token)).Spec.NotCleaned);
    }

    [Fact]
    public async Task Drift_MemberDoesNotAnswer_SaysThatItIsNotKnown()
    {
        Sessions.Silent["10.0.0.12"] = true;

        var page = await OpenReadyAsync();

        await UntilAsync(() => Assert.Contains(
            page.FindAll("table[aria-label='Drift'] tbody tr"),
            r => r.Children[0].TextContent == "master2" && r.TextContent.Contains("It does not answer SSH: how it is set is not known.", StringComparison.Ordinal)));
        Assert.DoesNotContain("Repair master2", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_AnotherOperatorChangesTheCluster_SaysWhoAndWhat()
    {
        var page = await OpenReadyAsync();
        var cluster = Assert.Single(await Clusters.ListAsync(Token));

        Deployments.Add(
            new Deployment { ClusterId = cluster.Id, ClusterName = cluster.Name, Kind = DeploymentKind.AddNodes, Status = DeploymentStatus.Running, CreatedBy = "olga", CreatedAt = Time.GetUtcNow().AddMinutes(1) },
            new Plan("Add worker3", [], cluster.Spec));

        await UntilAsync(() => Assert.Contains("Add nodes: started by olga, and not finished.", page.Find(".notice").TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Uncordon_CordonedMember_IsSchedulableAgain()
    {
        Reader.Cordoned.Add("worker1");
        var dialogs = RenderDialogs();
        var page = await OpenReadyAsync();
        await UntilAsync(() => Assert.Contains("Uncordon worker1", Row(page, "worker1"), StringComparison.Ordinal));

        await page.InvokeAsync(() => Button(page, "Uncordon worker1").Click());
        dialogs.WaitForElement(".mud-dialog");
        await Button(dialogs, "Uncordon").ClickAsync(new());

        Assert.Empty(Reader.Cordoned);
        await UntilAsync(() => Assert.DoesNotContain("Uncordon", Row(page, "worker1"), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Drift_NodeIsGone_OffersItsRepair()
    {
        var page = await OpenReadyAsync();
        await UntilAsync(() => Assert.Contains("5 of 5 ready", page.Markup, StringComparison.Ordinal));

        Reader.Gone.Add("worker1");

        await UntilAsync(() => Assert.Contains("Its Node is gone from the cluster.", page.Find("table[aria-label='Drift']").TextContent, StringComparison.Ordinal));
        var worker = Assert.Single(await Clusters.ListAsync(Token)).Spec.Workers.First();
        Assert.EndsWith($"/nodes/{worker.HostId}/repair", page.FindAll("a").Single(a => a.TextContent == "Repair worker1").GetAttribute("href"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Drift_WhileTheClusterIsChanged_IsNotShown()
    {
        Reader.Gone.Add("worker1");
        var page = await OpenReadyAsync();
        await UntilAsync(() => Assert.NotEmpty(page.FindAll("table[aria-label='Drift']")));

        var cluster = Assert.Single(await Clusters.ListAsync(Token));
        var changes = Services.GetRequiredService<ClusterChangeService>();
        var change = new RepairNodes(cluster.Id, [cluster.Spec.Workers.First().HostId]);
        await changes.StartAsync(change, (await changes.PreviewAsync(change, Token)).Hash, Token);

        await UntilAsync(() => Assert.Empty(page.FindAll("table[aria-label='Drift']")));
    }

    [Fact]
    public async Task LoadBalancers_MasterIsOut_AreAPictureAndATable()
    {
        Sessions.Balancer = "now 1000\nmode ipvs\nmaster 10.0.0.11 in 200 400 7\nmaster 10.0.0.12 in 200 400 0\nmaster 10.0.0.13 out 000 970 0\n";

        var page = await OpenReadyAsync();

        await UntilAsync(() => Assert.Contains("master3: out: no answer.", page.Find("svg.vip-picture").GetAttribute("aria-label"), StringComparison.Ordinal));
        Assert.Contains("14 connections", page.Find("svg.vip-picture").TextContent, StringComparison.Ordinal);
        var rows = page.FindAll("table[aria-label='Load balancers'] tbody")[0].QuerySelectorAll("tr").Select(r => string.Join('|', r.QuerySelectorAll("td").Select(c => c.TextContent.Trim()))).ToList();
        Assert.StartsWith("IPVS", rows[0], StringComparison.Ordinal);
        Assert.Contains("master1 10.0.0.11|ready|1|7|", rows[0], StringComparison.Ordinal);
        Assert.StartsWith("master3 10.0.0.13|out: no answer|0|0|", rows[2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Kubeconfig_FirstMasterNotReady_OffersTheFirstThatIs()
    {
        Reader.NotReady.Add("master1");
        var dialogs = RenderDialogs();
        var page = await OpenReadyAsync();
        await UntilAsync(() => Assert.Contains("4 of 5 ready", page.Markup, StringComparison.Ordinal));

        await page.InvokeAsync(() => Button(page, "Kubeconfig").Click());

        var link = dialogs.WaitForElement("a[download]");
        Assert.EndsWith("/kubeconfig?server=10.0.0.12", link.GetAttribute("href"), StringComparison.Ordinal);
        Assert.DoesNotContain("apiserver.cluster.local", Field(dialogs, "API server address").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Forget_NameNotTyped_DoesNothing()
    {
        var dialogs = RenderDialogs();
        var page = await OpenReadyAsync();

        var click = Button(page, "Forget cluster").ClickAsync(new());
        dialogs.WaitForElement("input");
        await DialogButton().ClickAsync(new());
        Assert.Single(await Clusters.ListAsync(Token));
        Field(dialogs, "Type demo to confirm").Change("demo");
        await DialogButton().ClickAsync(new());
        await click;

        Assert.Empty(await Clusters.ListAsync(Token));
        Assert.EndsWith("/clusters", Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal);

        AngleSharp.Dom.IElement DialogButton() => Button(dialogs, "Forget cluster");
    }

    [Fact]
    public async Task Page_ChangeWasStopped_OffersResumeAndCleanUp()
    {
        var page = await OpenReadyAsync();
        var cluster = Assert.Single(await Clusters.ListAsync(Token));
        Assert.DoesNotContain("is not finished", page.Markup, StringComparison.Ordinal);

        var worker = cluster.Spec.Workers.First();
        var added = AddChange(cluster, new Plan("Add a worker", [new Stage("join-worker", "join-worker", "Join workers", 1, [new StageHost(worker, [])])], cluster.Spec));
        Deployments.Set(added.Id, DeploymentStatus.Canceled, "Stopped by olga.");

        await UntilAsync(() => Assert.Contains("The last change of this cluster is not finished.", page.Markup, StringComparison.Ordinal));
        Assert.Contains("Stopped by olga.", page.Markup, StringComparison.Ordinal);
        Assert.NotNull(Button(page, "Resume"));
        Assert.Equal($"/clusters/{cluster.Id}/nodes/remove?host={worker.HostId}", Button(page, "Clean up").GetAttribute("href"));
    }

    // Nine of ten workers that were added are nodes like others; only what is not through is to be cleaned up.
    [Fact]
    public async Task CleanUp_OneOfTwoIsThrough_ChoosesTheOther()
    {
        var page = await OpenReadyAsync();
        var cluster = Assert.Single(await Clusters.ListAsync(Token));
        var workers = cluster.Spec.Workers.ToList();
        var join = new Stage("join-worker", "join-worker", "Join workers", 2, [.. workers.Select(w => new StageHost(w, []))]);
        var added = AddChange(cluster, new Plan("Add workers", [join], cluster.Spec));
        Deployments.Put(new Attempt { DeploymentId = added.Id, Stage = join.Key, HostId = workers[0].HostId, Number = 1, Status = StepStatus.Succeeded, StartedAt = Time.GetUtcNow() });
        Deployments.Set(added.Id, DeploymentStatus.Failed, "x");

        await UntilAsync(() => Assert.Equal($"/clusters/{cluster.Id}/nodes/remove?host={workers[1].HostId}", Button(page, "Clean up").GetAttribute("href")));
    }

    [Fact]
    public async Task Page_PlanOfAnotherVersion_IsShownWithoutWhatOnlyThePlanTells()
    {
        var page = await OpenReadyAsync();
        var cluster = Assert.Single(await Clusters.ListAsync(Token));
        var added = AddChange(cluster, null);
        Deployments.Set(added.Id, DeploymentStatus.Interrupted, "This version of the panel cannot go on with it.");

        await UntilAsync(() => Assert.Contains("This version of the panel cannot go on with it.", page.Markup, StringComparison.Ordinal));
        Assert.NotNull(Button(page, "Reset cluster"));
    }

    // A master is being replaced by a machine of the same host name: both are members.
    [Fact]
    public async Task Nodes_TwoMembersOfOneName_TheNodeIsTheOneWithItsAddress()
    {
        var (cluster, _, _) = await AddDeploymentAsync();
        var old = cluster.Spec.ControlPlane.First();
        cluster.Spec = cluster.Spec with { Members = [.. cluster.Spec.Members, old with { HostId = Guid.NewGuid(), HostName = "new", Address = "10.0.0.99" }] };
        var state = new ClusterState([new NodeState(old.NodeName, NodeRole.ControlPlane, true, "v1.20.2", old.Address, null, false)], "master2", Time.GetUtcNow());

        var panel = Render<NodesPanel>(p => p.Add(c => c.Cluster, cluster).Add(c => c.State, state));

        var rows = panel.FindAll("tbody tr").Where(r => r.QuerySelector("strong")!.TextContent == old.NodeName).ToList();
        Assert.Equal([(old.Address, false), ("10.0.0.99", true)], rows.Select(r => (r.QuerySelector("td.mono")!.TextContent, r.TextContent.Contains("not in the cluster", StringComparison.Ordinal))));
        Assert.Equal("Uncordon " + old.HostName, Button(panel, "Uncordon " + old.HostName).TextContent.Trim());
        Assert.DoesNotContain("Uncordon new", panel.Markup, StringComparison.Ordinal);
    }

    // The same, in the picture: Blazor ends a page whose siblings have the same key.
    [Fact]
    public async Task Picture_TwoMastersOfOneName_IsDrawnAgain()
    {
        var (cluster, _, _) = await AddDeploymentAsync();
        var old = cluster.Spec.ControlPlane.First();
        var spec = cluster.Spec with { Members = [.. cluster.Spec.Members, old with { HostId = Guid.NewGuid(), HostName = "new", Address = "10.0.0.99" }] };
        var health = new ClusterHealth([], null, [], [], [], [], Time.GetUtcNow());
        var view = Render<VipPictureView>(p => p.Add(c => c.Picture, VipPicture.Of(spec, health)).Add(c => c.Vip, "10.103.97.2"));

        view.Render(p => p.Add(c => c.Picture, VipPicture.Of(spec, health)).Add(c => c.Vip, "10.103.97.3"));

        Assert.Equal(4, view.FindAll("g[class^=tone]").Count - cluster.Spec.Workers.Count());
    }

    [Fact]
    public async Task Page_CreationFailed_LeadsToItsDeployment()
    {
        var (cluster, deployment, _) = await AddDeploymentAsync(standIn: true);
        Deployments.Set(deployment.Id, DeploymentStatus.Failed, "x");

        var page = Render<ClusterPage>(p => p.Add(c => c.Id, cluster.Id));

        Assert.Equal($"/deployments/{deployment.Id}", page.FindAll(".notice a").Single(a => a.TextContent == "See what happened").GetAttribute("href"));
        Assert.Equal($"/clusters/{cluster.Id}/reset", Button(page, "Clean up").GetAttribute("href"));
        Assert.True(Button(page, "Kubeconfig").HasAttribute("disabled"));
        Assert.Contains("Stand-in: not Kubernetes", page.Find("header.page-head").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Resume_StoppedCreation_SaysHowFarItIsAndContinues()
    {
        var (cluster, deployment, plan) = await AddDeploymentAsync();
        var masters = plan.Members().Where(m => m.Role == NodeRole.ControlPlane).ToList();
        Deployments.Put(new Attempt { DeploymentId = deployment.Id, Stage = "kubeadm-init", HostId = masters[0].HostId, Number = 1, Status = StepStatus.Succeeded });
        Deployments.Set(deployment.Id, DeploymentStatus.Canceled, "Stopped by olga. Resume continues it.");
        var page = Render<ClusterPage>(p => p.Add(c => c.Id, cluster.Id));

        await UntilAsync(() => Assert.Contains("In the cluster so far: 1 of 3 masters, 0 of 2 workers.", page.Find(".notice").TextContent, StringComparison.Ordinal));
        Button(page, "Resume").Click();

        await UntilAsync(() => Assert.Equal([deployment.Id], Deployments.Requeued));
        Assert.EndsWith($"/deployments/{deployment.Id}", Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal);
    }

    private Deployment AddChange(Cluster cluster, Plan? plan)
    {
        var added = new Deployment { ClusterId = cluster.Id, ClusterName = cluster.Name, Kind = DeploymentKind.AddNodes, Status = DeploymentStatus.Queued, CreatedBy = "olga", CreatedAt = Time.GetUtcNow().AddMinutes(1) };
        Deployments.Add(added, plan);
        return added;
    }

    private static string Left(IRenderedComponent<ClusterPage> page) => page.Find("table[aria-label='Hosts not cleaned'] tbody").TextContent;

    private async Task<IRenderedComponent<ClusterPage>> OpenReadyAsync(string? leaves = null)
    {
        var (cluster, deployment, _) = await AddDeploymentAsync();
        Deployments.Set(deployment.Id, DeploymentStatus.Succeeded);
        cluster.Status = ClusterStatus.Ready;
        if (cluster.Spec.Members.FirstOrDefault(m => m.HostName == leaves) is { } member)
        {
            cluster.Spec = cluster.Spec with { Members = [.. cluster.Spec.Members.Where(m => m != member)], NotCleaned = [member] };
        }

        await WatchAsync();
        return Render<ClusterPage>(p => p.Add(c => c.Id, cluster.Id));
    }

    private static string Row(IRenderedComponent<ClusterPage> page, string node) =>
        page.FindAll("table[aria-label='Nodes'] tbody tr").Single(r => r.Children[0].TextContent == node).TextContent;
}
