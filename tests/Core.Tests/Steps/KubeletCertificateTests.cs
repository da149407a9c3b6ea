using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using ClusterPanel.Core.Pki;
using ClusterPanel.Core.Tests.Fakes;

namespace ClusterPanel.Core.Tests.Steps;

public sealed class KubeletCertificateTests
{
    private const string Another = "its certificate is not the cluster's";
    private readonly StepBench _bench = new StepBench("kubelet-certificate", "h4").On("h1", "api-ready", "").On("h1", "authority", TestPki.Result("ca.crt", "ca.key")).On("h4", "current", Current(99, 99));

    [Fact]
    public void RunAsync_ServesOneOfItsOwn_IsGivenOneOfTheCluster()
    {
        _bench.On("h4", "served", Another, "kubelet does not answer at 10.0.0.14:10250 (000)", "right").Run();

        Assert.Equal(["h4 write"], _bench.Changes);
        var files = FileArchive.Read(Encoding.ASCII.GetBytes(_bench.Inputs["write"]));
        Assert.Equal(["kubelet.crt", "kubelet.key"], files.Names);
        Assert.DoesNotContain(_bench.Store.LogTexts, t => t.Contains("PRIVATE KEY", StringComparison.Ordinal));
    }

    [Fact]
    public void RunAsync_ServesOneOfTheCluster_ChangesNothing()
    {
        _bench.On("h4", "served", "right").Run();

        Assert.Equal(["h4 served", "h4 current"], _bench.Did);
    }

    [Theory]
    [InlineData(1, 99, new[] { "kubelet.crt", "kubelet.key" })]
    [InlineData(99, 1, new[] { "kubelet-client.crt", "kubelet-client.key", "kubelet.crt", "kubelet.key" })]
    public void RunAsync_WasGivenOneYearOf99_IsSignedAnew(int serving, int client, string[] written)
    {
        _bench.On("h4", "served", "right").On("h4", "current", Current(serving, client)).Run();

        Assert.Equal(["h4 write"], _bench.Changes);
        var files = FileArchive.Read(Encoding.ASCII.GetBytes(_bench.Inputs["write"]));
        Assert.Equal(written, files.Names);
        Assert.All(written.Where(n => n.EndsWith(".crt", StringComparison.Ordinal)), n => Assert.Equal(("system:node:h4", "system:nodes"), (CertificateProfile.Of(files[n]).CommonName, CertificateProfile.Of(files[n]).Organization)));
    }

    // What the look prints on a node whose certificates were made for so many years.
    private static string Current(int serving, int client)
    {
        var ca = FileArchive.Read(TestPki.Result("ca.crt").RawOutput)["ca.crt"];
        return $"file /etc/kubernetes/pki/ca.crt\n{ca}file /var/lib/kubelet/pki/kubelet-client-current.pem\n{Made(client)}\nfile /var/lib/kubelet/pki/kubelet.crt\n{Made(serving)}\n";
    }

    private static string Made(int years)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=system:node:h4", key, HashAlgorithmName.SHA256).CreateSelfSigned(Samples.Now, Validity.End(Samples.Now, years));
        return certificate.ExportCertificatePem();
    }

    [Fact]
    public void RunAsync_NewOneIsNotServed_FailsAndSaysWhatIs()
    {
        var e = _bench.On("h4", "served", Another).RunFails();

        Assert.StartsWith(Another, Assert.Single(e.LastLines), StringComparison.Ordinal);
        Assert.InRange(_bench.Seconds, 120, 122);
    }

    [Fact]
    public void RunAsync_CaCannotBeRead_FailsWithoutAChange()
    {
        var e = _bench.On("h4", "served", Another).On("h1", "authority", FakeSessions.Result(2, "", "tar: ca.key: Cannot stat\n")).RunFails();

        Assert.Equal("h1", e.HostName);
        Assert.Empty(_bench.Changes);
    }
}
