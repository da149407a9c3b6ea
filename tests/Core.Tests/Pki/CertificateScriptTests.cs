using ClusterPanel.Core.Pki;
using ClusterPanel.Core.Steps;
using ClusterPanel.Core.Tests.Shell;

namespace ClusterPanel.Core.Tests.Pki;

/// <summary>The text that reads a node's certificates, run for real in a folder of the test.</summary>
public sealed class CertificateScriptTests : IDisposable
{
    private readonly Sandbox _box = new();

    public void Dispose() => _box.Dispose();

    [Fact]
    public async Task Text_OnAMaster_BringsEveryCertificateAndNoKey()
    {
        var spec = Samples.Spec();
        var files = FileArchive.Read(MasterFiles.ForFirst(spec, spec.Members[0], DateTimeOffset.UtcNow));
        foreach (var name in files.Names)
        {
            _box.Folder.Write($"etc/kubernetes/{name}", files[name]);
        }

        _box.Folder.Write("var/lib/kubelet/pki/kubelet-client-current.pem", files["pki/front-proxy-client.crt"] + files["pki/front-proxy-client.key"]);
        _box.Folder.Write("etc/kubernetes/kubelet.conf", "users:\n- name: default-auth\n  user:\n    client-certificate: /var/lib/kubelet/pki/kubelet-client-current.pem\n");

        var result = await _box.RunAsync(CertificateScript.Text);
        var found = CertificateScript.Parse(spec.Members[0], result.Output);

        Assert.DoesNotContain("PRIVATE KEY", result.Output, StringComparison.Ordinal);
        Assert.Equal(
            [
                "etc/kubernetes/admin.conf", "etc/kubernetes/controller-manager.conf", "etc/kubernetes/pki/apiserver-etcd-client.crt", "etc/kubernetes/pki/apiserver-kubelet-client.crt",
                "etc/kubernetes/pki/apiserver.crt", "etc/kubernetes/pki/ca.crt", "etc/kubernetes/pki/etcd/ca.crt", "etc/kubernetes/pki/etcd/healthcheck-client.crt", "etc/kubernetes/pki/etcd/peer.crt",
                "etc/kubernetes/pki/etcd/server.crt", "etc/kubernetes/pki/front-proxy-ca.crt", "etc/kubernetes/pki/front-proxy-client.crt", "etc/kubernetes/scheduler.conf",
                "var/lib/kubelet/pki/kubelet-client-current.pem",
            ],
            found.Select(c => c.File.Replace(_box.Folder.Path + "/", "", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        var server = found.Single(c => c.File.EndsWith("/apiserver.crt", StringComparison.Ordinal));
        Assert.Equal(("CN=kubernetes", "h1"), (server.Issuer, server.Names[0]));
        Assert.Contains("10.103.97.2", server.Names);
        Assert.False(server.EndsSoon(DateTimeOffset.UtcNow, 3650));
    }

    [Theory]
    [InlineData("/etc/kubernetes/pki/apiserver.crt", 365, 36000, true)]
    [InlineData("/etc/kubernetes/admin.conf", 365, 36000, true)]
    [InlineData("/etc/kubernetes/pki/apiserver.crt", 99 * 365, 36000, false)]
    [InlineData("/etc/kubernetes/pki/apiserver.crt", 3650, 3660, false)]
    [InlineData("/etc/kubernetes/pki/ca.crt", 3650, 3650, false)]
    public void IsShort_AgainstWhatWasAskedForAndTheCa_IsTold(string file, int days, int ofCa, bool expected) => Assert.Equal(
        expected, new NodeCertificate(Guid.Empty, "h1", file, false, "", "", [], Samples.Now, Samples.Now.AddDays(days)).IsShort(99, Samples.Now.AddDays(ofCa)));

    [Theory]
    [InlineData("/etc/kubernetes/pki/etcd/server.crt", false, "etcd-server")]
    [InlineData("/etc/kubernetes/pki/apiserver-etcd-client.crt", false, "apiserver-etcd-client")]
    [InlineData("/etc/kubernetes/scheduler.conf", false, "scheduler.conf")]
    [InlineData("/root/.kube/config", false, "admin.conf")]
    [InlineData("/var/lib/kubelet/pki/kubelet.crt", false, "kubelet")]
    [InlineData("kube-scheduler (in memory, port 10259)", true, "in-memory")]
    [InlineData("/etc/kubernetes/pki/ca.crt", false, null)]
    [InlineData("/etc/kubernetes/pki/etcd/ca.crt", false, null)]
    public void RenewedAs_FileOrMemory_IsKubeadmsName(string file, bool inMemory, string? expected) => Assert.Equal(expected, RenewableCertificate.NameOf(file, inMemory));

    [Theory]
    [InlineData(false, 29, true)]
    [InlineData(false, 31, false)]
    [InlineData(true, 64, true)]
    [InlineData(true, 66, false)]
    public void EndsSoon_FileOrMemory_HasItsOwnLimit(bool inMemory, int days, bool expected) => Assert.Equal(
        expected, new NodeCertificate(Guid.Empty, "h1", "x", inMemory, "", "", [], Samples.Now, Samples.Now.AddDays(days)).EndsSoon(Samples.Now, 30));
}
