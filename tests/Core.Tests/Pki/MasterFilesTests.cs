using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.RegularExpressions;
using ClusterPanel.Core.Kubeadm;
using ClusterPanel.Core.Pki;
using ClusterPanel.Core.Steps;
using ClusterPanel.Core.Tests.Shell;

namespace ClusterPanel.Core.Tests.Pki;

/// <summary>What the panel makes for masters. openssl is the judge.</summary>
public sealed partial class MasterFilesTests : IDisposable
{
    private const string ApiServer1 =
        "DNS:h1, DNS:kubernetes, DNS:kubernetes.default, DNS:kubernetes.default.svc, DNS:kubernetes.default.svc.cluster.local, DNS:localhost, IP Address:10.96.0.1, IP Address:10.0.0.11, "
        + "DNS:apiserver.cluster.local, IP Address:127.0.0.1, IP Address:10.103.97.2, IP Address:10.0.0.12, IP Address:10.0.0.13";

    private static readonly DateTimeOffset Now = DateTimeOffset.UtcNow;
    private static readonly Lazy<FileArchive> Default = new(() => FileArchive.Read(MasterFiles.ForFirst(Samples.Spec(), Samples.Spec().Members[0], Now)));
    private readonly TempFolder _folder = new();

    public MasterFilesTests() => Assert.SkipUnless(Tool.Exists("openssl"), "needs openssl: apt-get install openssl");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("ca", "CN = kubernetes", "", "DNS:kubernetes")]
    [InlineData("front-proxy-ca", "CN = front-proxy-ca", "", "DNS:front-proxy-ca")]
    [InlineData("etcd/ca", "CN = etcd-ca", "", "DNS:etcd-ca")]
    [InlineData("apiserver", "CN = kube-apiserver", "TLS Web Server Authentication", ApiServer1)]
    [InlineData("apiserver-kubelet-client", "O = system:masters, CN = kube-apiserver-kubelet-client", "TLS Web Client Authentication", "")]
    [InlineData("front-proxy-client", "CN = front-proxy-client", "TLS Web Client Authentication", "")]
    [InlineData("etcd/server", "CN = h1", "TLS Web Server Authentication, TLS Web Client Authentication", "DNS:localhost, DNS:h1, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1, IP Address:10.0.0.11")]
    [InlineData("etcd/peer", "CN = h1", "TLS Web Server Authentication, TLS Web Client Authentication", "DNS:localhost, DNS:h1, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1, IP Address:10.0.0.11")]
    [InlineData("etcd/healthcheck-client", "O = system:masters, CN = kube-etcd-healthcheck-client", "TLS Web Client Authentication", "")]
    [InlineData("apiserver-etcd-client", "O = system:masters, CN = kube-apiserver-etcd-client", "TLS Web Client Authentication", "")]
    public async Task ForFirst_EachCertificate_IsAsKubeadmWantsIt(string name, string subject, string usage, string names)
    {
        await WriteAsync(First());

        var text = await ShowAsync($"pki/{name}.crt");

        Assert.Equal(subject, text.Subject);
        Assert.Equal(usage, text.Usage);
        Assert.Equal(names, text.Names);
        Assert.Contains("sha256WithRSAEncryption", text.Whole, StringComparison.Ordinal);
        Assert.Contains("Public-Key: (2048 bit)", text.Whole, StringComparison.Ordinal);
        Assert.Equal(name.EndsWith("ca", StringComparison.Ordinal), text.Whole.Contains("CA:TRUE", StringComparison.Ordinal));
        Assert.InRange((text.End - Now).TotalDays / 365.25, 98.99, 99.01);
        Assert.True(text.Begin < Now);
    }

    [Theory]
    [InlineData("apiserver", "ca")]
    [InlineData("apiserver-kubelet-client", "ca")]
    [InlineData("front-proxy-client", "front-proxy-ca")]
    [InlineData("etcd/server", "etcd/ca")]
    [InlineData("etcd/peer", "etcd/ca")]
    [InlineData("etcd/healthcheck-client", "etcd/ca")]
    [InlineData("apiserver-etcd-client", "etcd/ca")]
    public async Task ForFirst_EachCertificate_IsSignedAndHasItsKey(string name, string authority)
    {
        await WriteAsync(First());

        var verified = await Tool.RunAsync("openssl", "verify", "-x509_strict", "-CAfile", _folder[$"pki/{authority}.crt"], _folder[$"pki/{name}.crt"]);
        var ofCertificate = await Tool.RunAsync("openssl", "x509", "-in", _folder[$"pki/{name}.crt"], "-noout", "-pubkey");
        var ofKey = await Tool.RunAsync("openssl", "pkey", "-in", _folder[$"pki/{name}.key"], "-pubout");

        Assert.True(verified.ExitCode == 0, verified.Output + verified.Error);
        Assert.Equal(ofKey.Output, ofCertificate.Output);
    }

    [Theory]
    [InlineData("admin.conf", "O = system:masters, CN = kubernetes-admin", "https://apiserver.cluster.local:6443")]
    [InlineData("controller-manager.conf", "CN = system:kube-controller-manager", "https://10.0.0.11:6443")]
    [InlineData("scheduler.conf", "CN = system:kube-scheduler", "https://10.0.0.11:6443")]
    [InlineData("kubelet.conf", "O = system:nodes, CN = system:node:h1", "https://apiserver.cluster.local:6443")]
    public async Task ForFirst_EachKubeconfig_NamesItsUserAndServer(string file, string subject, string server)
    {
        var files = First();
        await WriteAsync(files);
        var text = files[file];
        _folder.Write("client.crt", Data(text, "client-certificate-data"));

        var client = await ShowAsync("client.crt");

        Assert.Equal((subject, "TLS Web Client Authentication"), (client.Subject, client.Usage));
        Assert.Contains($"\n    server: {server}\n", text, StringComparison.Ordinal);
        Assert.Equal(files["pki/ca.crt"], Data(text, "certificate-authority-data"));
        Assert.Equal(0, (await Tool.RunAsync("openssl", "verify", "-CAfile", _folder["pki/ca.crt"], _folder["client.crt"])).ExitCode);
        Assert.InRange((client.End - Now).TotalDays / 365.25, 98.99, 99.01);
    }

    [Fact]
    public async Task ForFirst_ServiceAccountKeys_BelongTogether()
    {
        var files = First();
        await WriteAsync(files);

        var half = await Tool.RunAsync("openssl", "pkey", "-in", _folder["pki/sa.key"], "-pubout");

        Assert.Equal(files["pki/sa.pub"], half.Output);
        Assert.StartsWith("-----BEGIN RSA PRIVATE KEY-----", files["pki/sa.key"], StringComparison.Ordinal);
    }

    [Fact]
    public void ForFirst_Modes_LetOnlyRootReadKeysAndKubeconfigs()
    {
        File.WriteAllBytes(_folder["files.tar"], MasterFiles.ForFirst(Samples.Spec(), Samples.Spec().Members[0], Now));
        System.Formats.Tar.TarFile.ExtractToDirectory(_folder["files.tar"], Directory.CreateDirectory(_folder["out"]).FullName, overwriteFiles: false);

        var open = Directory.GetFiles(_folder["out"], "*", SearchOption.AllDirectories).Where(f => (File.GetUnixFileMode(f) & UnixFileMode.OtherRead) != 0).Select(Path.GetFileName).ToList();

        Assert.All(open, f => Assert.True(f!.EndsWith(".crt", StringComparison.Ordinal) || f == "sa.pub", f));
        Assert.Contains("ca.crt", open);
    }

    [Fact]
    public async Task ForFirst_ServiceSubnetNotWrittenAsItsNetworkAddress_HasTheFirstAddressOfTheNetwork()
    {
        await WriteAsync(First(s => s with { ServiceSubnet = "10.96.5.7/16", ExtraSans = ["k8s.example.org", "2001:db8::5", "*.example.org"] }));

        var names = (await ShowAsync("pki/apiserver.crt")).Names;

        Assert.Contains("IP Address:10.96.0.1, ", names, StringComparison.Ordinal);
        Assert.EndsWith("DNS:k8s.example.org, IP Address:2001:DB8:0:0:0:0:0:5, DNS:*.example.org", names, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, 10)]
    [InlineData(10, 10)]
    [InlineData(100, 100)]
    public async Task ForFirst_OtherValidity_HoldsForCertificatesAndAtLeastTenYearsForCas(int years, int ofCa)
    {
        await WriteAsync(First(s => s with { CertificateYears = years }));

        Assert.InRange(((await ShowAsync("pki/apiserver.crt")).End - Now).TotalDays / 365.25, years - 0.01, years + 0.01);
        Assert.InRange(((await ShowAsync("pki/ca.crt")).End - Now).TotalDays / 365.25, ofCa - 0.01, ofCa + 0.01);
    }

    [Fact]
    public async Task ForJoining_OtherMaster_IsSignedByTheClustersCaForAllItsNames()
    {
        var first = First();
        var joining = MasterFiles.ForJoining(Samples.Spec(), Samples.Spec().Members[1], PkiOf(first), "10.9.9.9\nold.example.org\n", Now);

        var files = FileArchive.Read(joining);
        await WriteAsync(files);

        Assert.All(JoinMaterial.PkiFiles, f => Assert.Equal(first[$"pki/{f}"], files[$"pki/{f}"]));
        Assert.Equal(0, (await Tool.RunAsync("openssl", "verify", "-CAfile", _folder["pki/ca.crt"], _folder["pki/apiserver.crt"])).ExitCode);
        Assert.EndsWith("IP Address:10.9.9.9, DNS:old.example.org", (await ShowAsync("pki/apiserver.crt")).Names, StringComparison.Ordinal);
        Assert.Contains("server: https://10.0.0.12:6443", files["scheduler.conf"], StringComparison.Ordinal);
        Assert.Throws<KeyNotFoundException>(() => files["kubelet.conf"]);
    }

    [Fact]
    public void ForJoining_KubeadmKnowsTheValidity_BringsNothingButWhatIsCopied()
    {
        var files = FileArchive.Read(MasterFiles.ForJoining(Samples.Spec(Samples.NewVersion), Samples.Spec().Members[1], PkiOf(First()), "", Now));

        Assert.Equal(JoinMaterial.PkiFiles.Select(f => $"pki/{f}").Order(StringComparer.Ordinal), files.Names);
    }

    [Fact]
    public async Task Issue_CaEndsBefore_EndsWithIt()
    {
        using var authority = CertificateAuthority.Open(CertificateAuthority.Create("kubernetes", Now, 2));
        _folder.Write("leaf.crt", authority.Issue(new CertificateProfile("a", null, CertificateUsage.Client, []), Now, 99).Certificate);

        Assert.Equal(authority.End, (await ShowAsync("leaf.crt")).End);
    }

    [Fact]
    public async Task Issue_CaWithAnEllipticKey_Signs()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=kubernetes", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        using var certificate = request.CreateSelfSigned(Now.AddDays(-1), Now.AddYears(10));
        using var authority = CertificateAuthority.Open(new(certificate.ExportCertificatePem(), key.ExportECPrivateKeyPem()));
        _folder.Write("ca.crt", authority.Certificate);
        _folder.Write("leaf.crt", authority.Issue(MasterCertificates.Kubelet(Samples.Spec().Members[3]), Now, 99).Certificate);

        Assert.Equal(0, (await Tool.RunAsync("openssl", "verify", "-CAfile", _folder["ca.crt"], _folder["leaf.crt"])).ExitCode);
        Assert.Equal(("O = system:nodes, CN = system:node:h4", "DNS:h4, IP Address:10.0.0.14"), ((await ShowAsync("leaf.crt")).Subject, (await ShowAsync("leaf.crt")).Names));
    }

    [Fact]
    public void Open_KeyOfAnotherCa_IsRefused()
    {
        var one = CertificateAuthority.Create("kubernetes", Now, 1);

        Assert.Throws<CryptographicException>(() => CertificateAuthority.Open(one with { Key = CertificateAuthority.Create("kubernetes", Now, 1).Key }));
    }

    [Theory]
    [InlineData("v1.28.9", "system:masters", false)]
    [InlineData("v1.29.0", "kubeadm:cluster-admins", true)]
    public void Kubeconfigs_OfVersion_HaveItsGroups(string version, string group, bool super)
    {
        var spec = Samples.Spec(version);
        var kubeconfigs = MasterCertificates.KubeconfigsOfFirst(spec, spec.Members[0]);

        Assert.Equal(group, kubeconfigs.Single(k => k.File == "admin.conf").Organization);
        Assert.Equal(super ? "system:masters" : null, kubeconfigs.SingleOrDefault(k => k.File == "super-admin.conf")?.Organization);
        Assert.Equal(group, MasterCertificates.Leaves(spec, spec.Members[0], []).Single(l => l.Name == "apiserver-kubelet-client").Profile.Organization);
    }

    [Fact]
    public async Task ForFirst_HostWithCapitalsInItsName_IsNamedAsItsNode()
    {
        await WriteAsync(First(s => s with { Members = [s.Members[0] with { HostName = "Master-ONE", NodeName = "master-one" }, .. s.Members.Skip(1)] }));

        var server = await ShowAsync("pki/etcd/server.crt");

        Assert.Equal("CN = master-one", server.Subject);
        Assert.Contains("DNS:master-one", server.Names, StringComparison.Ordinal);
        Assert.DoesNotContain("ONE", server.Whole, StringComparison.Ordinal);
        Assert.Contains("user: system:node:master-one", First(s => s with { Members = [s.Members[0] with { NodeName = "master-one" }, .. s.Members.Skip(1)] })["kubelet.conf"], StringComparison.Ordinal);
    }

    public static TheoryData<string> Renewable => [.. RenewableCertificate.All.Where(c => c.Name != "super-admin.conf").Select(c => c.Name)];

    [Theory]
    [MemberData(nameof(Renewable))]
    public async Task Renew_EachCertificate_SaysTheSameForAsLongAndIsSignedByTheSameCa(string name)
    {
        var certificate = RenewableCertificate.All.Single(c => c.Name == name);
        var files = First();
        await WriteAsync(files);
        var later = Now.AddYears(1);

        var renewed = MasterFiles.Renew(certificate, Samples.Spec(), Samples.Spec().Members[0], files, null, later)!;
        string Certificate(FileArchive from, string file) => certificate.IsKubeconfig ? Data(from[file], "client-certificate-data") : from[file + ".crt"];
        _folder.Write("old.crt", Certificate(files, certificate.File));
        _folder.Write("new.crt", Certificate(renewed, Path.GetFileName(certificate.File)));
        var (old, now) = (await ShowAsync("old.crt"), await ShowAsync("new.crt"));

        Assert.Equal((old.Subject, old.Usage), (now.Subject, now.Usage));
        Assert.Equal(old.Names.Split(", ").Order(StringComparer.Ordinal), now.Names.Split(", ").Order(StringComparer.Ordinal));
        Assert.True(now.Begin > old.Begin.AddDays(360));
        var signed = await Tool.RunAsync("openssl", "verify", "-CAfile", _folder[$"pki/{certificate.Authority}.crt"], "-attime", $"{later.ToUnixTimeSeconds()}", _folder["new.crt"]);
        Assert.Equal(0, signed.ExitCode);
        Assert.NotEqual(old.Whole, now.Whole);
    }

    [Fact]
    public async Task Renew_OtherNamesForTheApiServer_AreTheOnesOfTheConfigMapAndKubernetesOwn()
    {
        var spec = Samples.Spec() with { ExtraSans = ["k8s.example.org"] };

        var renewed = MasterFiles.Renew(RenewableCertificate.All.Single(c => c.Name == "apiserver"), spec, spec.Members[0], First(), ["by-hand.example.org"], Now)!;
        await WriteAsync(renewed);

        Assert.Equal(ApiServer1 + ", DNS:k8s.example.org, DNS:by-hand.example.org", (await ShowAsync("apiserver.crt")).Names);
    }

    private static FileArchive First(Func<ClusterPanel.Core.Clusters.ClusterSpec, ClusterPanel.Core.Clusters.ClusterSpec>? change = null)
    {
        if (change is null)
        {
            return Default.Value;
        }

        var spec = change(Samples.Spec());
        return FileArchive.Read(MasterFiles.ForFirst(spec, spec.Members[0], Now));
    }

    private static byte[] PkiOf(FileArchive files)
    {
        var pki = new FileArchive();
        foreach (var name in JoinMaterial.PkiFiles)
        {
            pki[name] = files[$"pki/{name}"];
        }

        return pki.ToTar();
    }

    private Task WriteAsync(FileArchive files)
    {
        foreach (var name in files.Names)
        {
            _folder.Write(name, files[name]);
        }

        return Task.CompletedTask;
    }

    private static string Data(string kubeconfig, string field) =>
        Encoding.ASCII.GetString(Convert.FromBase64String(Regex.Match(kubeconfig, $"{field}: (\\S+)").Groups[1].Value));

    private async Task<Shown> ShowAsync(string file)
    {
        var text = (await Tool.RunAsync("openssl", "x509", "-in", _folder[file], "-noout", "-text", "-nameopt", "oneline")).Output;
        return new Shown(
            text,
            SubjectPattern().Match(text).Groups[1].Value,
            UsagePattern().Match(text).Groups[1].Value,
            NamesPattern().Match(text).Groups[1].Value.Trim(),
            Time(text, "Not Before"),
            Time(text, "Not After "));
    }

    private static DateTimeOffset Time(string text, string which) => DateTimeOffset.ParseExact(
        Regex.Replace(Regex.Match(text, which + ": (.*) GMT").Groups[1].Value, " +", " "), "MMM d HH:mm:ss yyyy", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    [GeneratedRegex("Subject: (.*)", RegexOptions.CultureInvariant)]
    private static partial Regex SubjectPattern();

    [GeneratedRegex(@"X509v3 Extended Key Usage: *\n *(.*)", RegexOptions.CultureInvariant)]
    private static partial Regex UsagePattern();

    [GeneratedRegex(@"X509v3 Subject Alternative Name: *\n *(.*)", RegexOptions.CultureInvariant)]
    private static partial Regex NamesPattern();

    private sealed record Shown(string Whole, string Subject, string Usage, string Names, DateTimeOffset Begin, DateTimeOffset End);
}
