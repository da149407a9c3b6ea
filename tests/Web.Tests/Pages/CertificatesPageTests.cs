using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Bunit;
using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Deployments;
using ClusterPanel.Web.Components.Pages.Clusters;

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

    private string Certificate(string name, int days)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(Time.GetUtcNow().AddDays(-1), Time.GetUtcNow().AddDays(days));
        return certificate.ExportCertificatePem();
    }
}
