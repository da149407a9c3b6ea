using Bunit;
using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Deployments;
using ClusterPanel.Web.Components.Pages.Clusters;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace ClusterPanel.Web.Tests.Pages;

public sealed class ResetPageTests : WebTestContext
{
    [Fact]
    public async Task Hosts_OneDoesNotAnswer_IsLeftOutOfThePlanAndTheOthersTellWhatIsThere()
    {
        Sessions.Silent["10.0.0.22"] = true;
        Sessions.Left["10.0.0.11"] = "unit kubelet runs\ninterface cni0\n";

        var page = await OpenAsync();

        await UntilAsync(() => Assert.Contains("1 of 5 do not answer", page.Markup, StringComparison.Ordinal));
        Assert.Contains("2 things to undo", Row(page, "master1").TextContent, StringComparison.Ordinal);
        Assert.Contains("nothing of this cluster", Row(page, "worker1").TextContent, StringComparison.Ordinal);
        Assert.Contains("Nothing answers at 10.0.0.22", Row(page, "worker2").TextContent, StringComparison.Ordinal);
        Assert.Contains("4 hosts", page.Find(".plan").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reset_NameNotTyped_DoesNothing()
    {
        var page = await OpenAsync();

        Button(page, "Reset cluster").Click();

        Assert.Contains("Type the name demo exactly.", page.Markup, StringComparison.Ordinal);
        Assert.Single(await Deployments.ListAsync(null, 10, Token));
    }

    [Fact]
    public async Task Reset_NameTyped_StartsThePlanShown()
    {
        var page = await OpenAsync();

        Field(page, "Type demo to confirm").Change("demo");
        Button(page, "Reset cluster").Click();

        await UntilAsync(() => Assert.Contains("/deployments/", Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal));
        var deployment = Assert.Single(await Deployments.ListAsync(null, 10, Token), d => d.Kind == DeploymentKind.ResetCluster);
        Assert.Equal("maria", deployment.CreatedBy);
        Assert.Equal(5, (await Deployments.ReadPlanAsync(deployment.Id, Token)).Members().Count());
    }

    private async Task<IRenderedComponent<ResetPage>> OpenAsync()
    {
        var (cluster, deployment, _) = await AddDeploymentAsync();
        Deployments.Set(deployment.Id, DeploymentStatus.Succeeded);
        cluster.Status = ClusterStatus.Ready;
        return Render<ResetPage>(p => p.Add(c => c.Id, cluster.Id));
    }

    private static AngleSharp.Dom.IElement Row(IRenderedComponent<ResetPage> page, string host) =>
        page.FindAll("table[aria-label='Hosts to be cleaned'] tbody tr").Single(r => r.Children[0].TextContent == host);
}
