using System.Text;
using ClusterPanel.Core.Hosts;
using ClusterPanel.Core.Pki;
using ClusterPanel.Core.Tests.Fakes;

namespace ClusterPanel.Core.Tests.Steps;

public sealed class RenewMasterCertificatesTests
{
    private static readonly string[] Written =
    [
        "renew-admin.conf", "renew-apiserver", "renew-apiserver-etcd-client", "renew-apiserver-kubelet-client", "renew-controller-manager.conf", "renew-etcd-healthcheck-client",
        "renew-etcd-peer", "renew-etcd-server", "renew-front-proxy-client", "renew-scheduler.conf",
    ];

    private readonly StepBench _bench = new StepBench("renew-certificates", "h1")
        .On("h1", "api-ready", "").On("h1", "members", Etcdctl.Members("h1", "h2", "h3")).On("h1", "files", TestPki.Everything);

    private readonly Dictionary<int, CertificateAndKey> _served = [];

    public RenewMasterCertificatesTests() => _bench.Sessions.OnForward = (_, _, port) => new TlsServer(port switch
    {
        _ when _served.TryGetValue(port, out var other) => other,
        2379 => Given("etcd-server").Pair("server"),
        2380 => Given("etcd-peer").Pair("peer"),
        _ => Given("apiserver").Pair("apiserver"),
    });

    [Fact]
    public void RunAsync_All_WritesThemAndRestartsEtcdFirst()
    {
        _bench.Run();

        Assert.Equal(
            ["backup", .. Written, "restart-etcd", "restart-kube-apiserver", "restart-kube-controller-manager", "restart-kube-scheduler"],
            _bench.Changes.Select(c => c.Replace("h1 ", "", StringComparison.Ordinal)));
        Assert.DoesNotContain(_bench.Store.LogTexts, t => t.Contains("PRIVATE KEY", StringComparison.Ordinal));
    }

    [Fact]
    public void RunAsync_All_SayTheSameAsBeforeWithAnotherKey()
    {
        _bench.Run();

        var old = FileArchive.Read(TestPki.Everything.RawOutput);
        foreach (var (key, file) in new[] { ("apiserver", "pki/apiserver"), ("apiserver-kubelet-client", "pki/apiserver-kubelet-client"), ("etcd-peer", "pki/etcd/peer"), ("front-proxy-client", "pki/front-proxy-client") })
        {
            var given = Given(key).Pair(Path.GetFileName(file));
            var (before, after) = (CertificateProfile.Of(old.Pair(file).Certificate), CertificateProfile.Of(given.Certificate));
            Assert.Equal((before.CommonName, before.Organization, before.Usage), (after.CommonName, after.Organization, after.Usage));
            Assert.Equal(before.Names, after.Names);
            Assert.NotEqual(old.Pair(file).Key, given.Key);
        }

        var (was, now) = (old["scheduler.conf"], Given("scheduler.conf")["scheduler.conf"]);
        Assert.NotEqual(was, now);
        Assert.Equal(was.Split('\n').Where(l => !l.Contains("client-", StringComparison.Ordinal)), now.Split('\n').Where(l => !l.Contains("client-", StringComparison.Ordinal)));
    }

    [Fact]
    public void RunAsync_AdminKubeconfig_IsStored()
    {
        _bench.Run();

        Assert.Equal(Given("admin.conf")["admin.conf"], Assert.Single(_bench.Clusters.Kubeconfigs).Value);
    }

    [Fact]
    public void RunAsync_OldOneIsStillServed_FailsAndNamesThePort()
    {
        _served[2379] = FileArchive.Read(TestPki.Everything.RawOutput).Pair("pki/etcd/server");

        var e = _bench.RunFails();

        Assert.Contains("port 2379 serves the certificate that ends on", Assert.Single(e.LastLines), StringComparison.Ordinal);
    }

    [Fact]
    public void RunAsync_AnotherMemberIsSick_ChangesNothing()
    {
        var e = _bench.On("h1", "members", Etcdctl.Members("h1", "h2!", "h3")).RunFails();

        Assert.Contains("h2 not healthy", Assert.Single(e.LastLines), StringComparison.Ordinal);
        Assert.Empty(_bench.Changes);
    }

    [Fact]
    public void RunAsync_NothingWorksHere_IsRenewedAllTheSame()
    {
        // As after the end of all certificates: no etcd answers until it has new ones.
        _bench.On("h1", "members", FakeSessions.Result(1, "", "context deadline exceeded\n"), FakeSessions.Result(1, "", "context deadline exceeded\n"), FakeSessions.Ok(Etcdctl.Members("h1", "h2", "h3"))).Run();

        Assert.Equal("h1 backup", _bench.Changes.First());
    }

    [Fact]
    public void RunAsync_CertificateIsMissing_IsMadeFromTheTable()
    {
        var without = new FileArchive();
        var old = FileArchive.Read(TestPki.Everything.RawOutput);
        foreach (var name in old.Names.Where(n => n is not ("pki/apiserver.crt" or "scheduler.conf")))
        {
            without[name] = old[name];
        }

        _bench.On("h1", "files", new CommandResult(0, "", "") { RawOutput = without.ToTar() }).Run();

        Assert.Contains("10.103.97.2", CertificateProfile.Of(Given("apiserver")["apiserver.crt"]).Names);
        Assert.Contains("user: system:kube-scheduler", Given("scheduler.conf")["scheduler.conf"], StringComparison.Ordinal);
    }

    private FileArchive Given(string name) => FileArchive.Read(Encoding.UTF8.GetBytes(_bench.Inputs["renew-" + name]));
}
