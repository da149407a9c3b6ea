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

        await UntilAsync(() => Assert.Contains("4 of 5 ready · read through master1", page.Markup, StringComparison.Ordinal));
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
    public async Task Kubeconfig_FirstMasterNotReady_OffersTheFirstThatIs()
    {
        Reader.NotReady.Add("master1");
        var dialogs = RenderDialogs();
        var page = await OpenReadyAsync();
        await UntilAsync(() => Assert.Contains("4 of 5 ready", page.Markup, StringComparison.Ordinal));

        Button(page, "Kubeconfig").Click();

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
    public async Task Page_CreationFailed_LeadsToItsDeployment()
    {
        var (cluster, deployment, _) = await AddDeploymentAsync(standIn: true);
        Deployments.Set(deployment.Id, DeploymentStatus.Failed, "x");

        var page = Render<ClusterPage>(p => p.Add(c => c.Id, cluster.Id));

        Assert.Equal($"/deployments/{deployment.Id}", page.Find(".notice a").GetAttribute("href"));
        Assert.True(Button(page, "Kubeconfig").HasAttribute("disabled"));
        Assert.Contains("Stand-in: not Kubernetes", page.Find("header.page-head").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Resume_StoppedCreation_SaysHowFarItIsAndContinues()
    {
        var (cluster, deployment, plan) = await AddDeploymentAsync();
        var masters = plan.Stages.SelectMany(s => s.Hosts).Select(h => h.Member).Where(m => m.Role == NodeRole.ControlPlane).DistinctBy(m => m.HostId).ToList();
        Deployments.Put(new Attempt { DeploymentId = deployment.Id, Stage = "kubeadm-init", HostId = masters[0].HostId, Number = 1, Status = StepStatus.Succeeded });
        Deployments.Set(deployment.Id, DeploymentStatus.Canceled, "Stopped by olga. Resume continues it.");
        var page = Render<ClusterPage>(p => p.Add(c => c.Id, cluster.Id));

        await UntilAsync(() => Assert.Contains("In the cluster so far: 1 of 3 masters, 0 of 2 workers.", page.Find(".notice").TextContent, StringComparison.Ordinal));
        Button(page, "Resume").Click();

        await UntilAsync(() => Assert.Equal([deployment.Id], Deployments.Requeued));
        Assert.EndsWith($"/deployments/{deployment.Id}", Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal);
    }

    private async Task<IRenderedComponent<ClusterPage>> OpenReadyAsync()
    {
        var (cluster, deployment, _) = await AddDeploymentAsync();
        Deployments.Set(deployment.Id, DeploymentStatus.Succeeded);
        await Clusters.SetReadyAsync(cluster.Id, Token);
        return Render<ClusterPage>(p => p.Add(c => c.Id, cluster.Id));
    }

    private static string Row(IRenderedComponent<ClusterPage> page, string node) =>
        page.FindAll("table[aria-label='Nodes'] tbody tr").Single(r => r.Children[0].TextContent == node).TextContent;
}
