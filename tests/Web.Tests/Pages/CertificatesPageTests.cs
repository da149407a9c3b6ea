using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Bunit;
using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Deployments;
using ClusterPanel.Web.Components.Pages.Clusters;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace ClusterPanel.Web.Tests.Pages;

public sealed class CertificatesPageTests : WebTestContext
{
    [Fact]
    public async Task Page_CertificateThatEndsSoon_SaysSoAndNamesHostsThatAreSilent()
    {
        var (cluster, deployment, _) = await AddDeploymentAsync();
        Deployments.Set(deployment.Id, DeploymentStatus.Succeeded);
        cluster.Status = ClusterStatus.Ready;
        Sessions.Silent["10.0.0.12"] = true;
        Sessions.Certificates = $"file /etc/kubernetes/pki/apiserver.crt\n{Certificate("kube-apiserver", 20)}\nfile /etc/kubernetes/pki/ca.crt\n{Certificate("kubernetes", 365 * 99)}\n";

        var page = Render<CertificatesPage>(p => p.Add(c => c.Id, cluster.Id));

        await UntilAsync(() => Assert.NotEmpty(page.FindAll("table[aria-label='Certificates of master1']")));
        var rows = page.FindAll("table[aria-label='Certificates of master1'] tbody tr").Select(r => r.TextContent).ToList();
        Assert.Contains("20 days", rows[0], StringComparison.Ordinal);
        Assert.NotNull(page.Find("table[aria-label='Certificates of master1'] tbody tr:first-child .tone-warn"));
        Assert.Contains("99 years", rows[1], StringComparison.Ordinal);
        Assert.Contains("master2 was not read.", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_CertificateOfAYear_IsOfferedToBeRenewed()
    {
        var (cluster, deployment, _) = await AddDeploymentAsync();
        Deployments.Set(deployment.Id, DeploymentStatus.Succeeded);
        cluster.Status = ClusterStatus.Ready;
        Sessions.Certificates = $"file /etc/kubernetes/pki/apiserver.crt\n{Certificate("kube-apiserver", 365)}\nfile /etc/kubernetes/pki/ca.crt\n{Certificate("kubernetes", 36159)}\n";

        var page = Render<CertificatesPage>(p => p.Add(c => c.Id, cluster.Id));

        await UntilAsync(() => Assert.Contains("made for less than 99 years", page.Markup, StringComparison.Ordinal));
        var link = page.FindAll("a").First(a => a.TextContent == "Renew them").GetAttribute("href")!;
        Assert.Contains("certificate=apiserver&", link, StringComparison.Ordinal);
        Assert.Contains($"host={cluster.Spec.Members[0].HostId}", link, StringComparison.Ordinal);
        Assert.NotEmpty(page.FindAll("svg.time-line path.tone-ok"));
    }

    [Fact]
    public async Task Renew_OneOfOneMaster_StartsThePlanShown()
    {
        var (cluster, deployment, _) = await AddDeploymentAsync();
        Deployments.Set(deployment.Id, DeploymentStatus.Succeeded);
        cluster.Status = ClusterStatus.Ready;
        var master = cluster.Spec.Members[0];
        Services.GetRequiredService<NavigationManager>().NavigateTo($"/clusters/{cluster.Id}/certificates/renew?certificate=etcd-server&host={master.HostId}");

        var page = Render<RenewCertificatesPage>(p => p.Add(c => c.Id, cluster.Id));

        await UntilAsync(() => Assert.Contains("Renew etcd-server of master master1", page.Find(".plan").TextContent, StringComparison.Ordinal));
        Button(page, "Renew").Click();
        await UntilAsync(() => Assert.Contains("/deployments/", Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal));
        var started = Assert.Single(await Deployments.ListAsync(null, 10, Token), d => d.Kind == DeploymentKind.RenewCertificates);
        Assert.Equal(["restart-etcd"], (await Deployments.ReadPlanAsync(started.Id, Token)).Stages.First(s => s.Step == "renew-certificates").Hosts[0].Commands.Where(c => c.Key.StartsWith("restart-", StringComparison.Ordinal)).Select(c => c.Key));
    }

    [Fact]
    public async Task Renew_NothingChosen_HasNoPlan()
    {
        var (cluster, deployment, _) = await AddDeploymentAsync();
        Deployments.Set(deployment.Id, DeploymentStatus.Succeeded);
        cluster.Status = ClusterStatus.Ready;
        Services.GetRequiredService<NavigationManager>().NavigateTo($"/clusters/{cluster.Id}/certificates/renew?certificate=etcd-server");
        var page = Render<RenewCertificatesPage>(p => p.Add(c => c.Id, cluster.Id));

        page.FindAll("input[type=checkbox]").Single(i => i.ParentElement!.TextContent.Contains("etcd-server", StringComparison.Ordinal)).Change(false);

        Assert.Contains("Choose a certificate", page.Markup, StringComparison.Ordinal);
        Assert.Empty(page.FindAll(".plan"));
    }

    [Fact]
    public async Task Names_WrongOne_IsSaidAndNothingIsStarted()
    {
        var (cluster, deployment, _) = await AddDeploymentAsync();
        Deployments.Set(deployment.Id, DeploymentStatus.Succeeded);
        cluster.Status = ClusterStatus.Ready;
        var page = Render<ApiServerNamesPage>(p => p.Add(c => c.Id, cluster.Id));

        page.Find("textarea").Change("Bad_Name");

        Assert.Contains("\"Bad_Name\" is neither an IP address nor a lower-case DNS name.", page.Find(".tone-bad").TextContent, StringComparison.Ordinal);
        Assert.Empty(page.FindAll(".plan"));
    }

    private string Certificate(string name, int days)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(Time.GetUtcNow().AddDays(-1), Time.GetUtcNow().AddDays(days));
        return certificate.ExportCertificatePem();
    }
}
