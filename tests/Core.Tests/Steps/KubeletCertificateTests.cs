using System.Text;
using ClusterPanel.Core.Pki;
using ClusterPanel.Core.Tests.Fakes;

namespace ClusterPanel.Core.Tests.Steps;

public sealed class KubeletCertificateTests
{
    private const string Another = "its certificate is not the cluster's";
    private readonly StepBench _bench = new StepBench("kubelet-certificate", "h4").On("h1", "api-ready", "").On("h1", "authority", TestPki.Result("ca.crt", "ca.key"));

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

        Assert.Equal(["h4 served"], _bench.Did);
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
