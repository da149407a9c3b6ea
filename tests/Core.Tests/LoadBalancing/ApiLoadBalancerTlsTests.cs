using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ClusterPanel.Core.Tests.LoadBalancing;

/// <summary>The balancer's script with the real curl: who counts as a master.</summary>
public sealed class ApiLoadBalancerTlsTests : IDisposable
{
    private const string Right = "127.0.0.2", Stranger = "127.0.0.3", OtherAddress = "127.0.0.4";
    private readonly BalancerBench _bench = new("/bin/sh");

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task Probe_StrangerOnAMastersAddress_DoesNotCount()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/curl"), "needs curl: apt-get install curl");
        using var authority = Authority();
        using var another = Authority();
        await using var right = new TlsMaster(Right, 0, Certificate(authority, Right));
        await using var stranger = new TlsMaster(Stranger, right.Port, Certificate(another, Stranger));
        await using var other = new TlsMaster(OtherAddress, right.Port, Certificate(authority, Right));
        _bench.Folder.Program("curl", "exec /usr/bin/curl \"$@\"\n");
        _bench.Folder.Write("etc/clusterpanel/ca.crt", authority.ExportCertificatePem() + "\n");
        _bench.Folder.Write("etc/clusterpanel/apilb.conf", string.Create(CultureInfo.InvariantCulture, $"MODE=nftables\nVIP=10.103.97.2\nPORT={right.Port}\nSOURCE=10.0.0.14\nMASTERS=\"{Right} {Stranger} {OtherAddress}\"\n"));

        _bench.Start();

        await _bench.StateAsync($"master {Right} in 200");
        await _bench.StateAsync($"master {Stranger} out 000");
        await _bench.StateAsync($"master {OtherAddress} out 000");
        Assert.Contains($"mod 1 map {{ 0 : {Right} }}", _bench.Folder.Read("rules"));
    }

    private static X509Certificate2 Authority()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=kubernetes", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }

    private static X509Certificate2 Certificate(X509Certificate2 authority, string address)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=kube-apiserver", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Parse(address));
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.Create(authority, DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(1), [1, 2, 3]);
        return certificate.CopyWithPrivateKey(key);
    }
}
