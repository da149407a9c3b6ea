using ClusterPanel.Core.Deployments;
using ClusterPanel.Core.Hosts;
using ClusterPanel.Core.Tests.Fakes;

namespace ClusterPanel.Core.Tests.Steps;

public sealed class SendPackageTests
{
    private readonly StepBench _bench = new("send-package", "h4");

    [Fact]
    public void RunAsync_NotThere_SendsUnpacksAndLooksAgain()
    {
        _bench.On("h4", "unpacked", "missing", "missing", "unpacked").Run();

        Assert.Equal(["h4 unpack"], _bench.Changes);
        var upload = Assert.Single(_bench.Sessions.Uploads);
        Assert.Equal(("h4", "/var/lib/clusterpanel/package/0123456789abcdef.tar.gz", Samples.Package().Sha256), upload);
        Assert.Contains(_bench.Store.LogTexts, t => t.StartsWith("Sent 4 MiB", StringComparison.Ordinal));
    }

    [Fact]
    public void RunAsync_ArchiveIsThere_SaysSoAndUnpacks()
    {
        _bench.Sessions.OnUpload = (_, _) => false;

        _bench.On("h4", "unpacked", "missing", "missing", "unpacked").Run();

        Assert.Equal(["h4 unpack"], _bench.Changes);
        Assert.Contains("A file with the right SHA-256 is there already; nothing was sent.", _bench.Store.LogTexts);
    }

    [Fact]
    public void RunAsync_Unpacked_SendsNothing()
    {
        _bench.On("h4", "unpacked", "unpacked").Run();

        Assert.Empty(_bench.Changes);
        Assert.Empty(_bench.Sessions.Uploads);
    }

    [Fact]
    public void RunAsync_NewerWriterOnTheHost_EndsAsALostLease()
    {
        _bench.Sessions.OnUpload = (_, _) => throw new CommandFailedException("h4", "Upload: see what is there", Fence.Outdated, ["a newer writer was here"]);

        Assert.Throws<LeaseLostException>(() => _bench.On("h4", "unpacked", "missing").Run());
    }

    [Fact]
    public void RunAsync_PackageLacksAFile_Fails()
    {
        var e = _bench.On("h4", "unpacked", "missing").On("h4", "unpack", FakeSessions.Result(1, "", "the package lacks kube/bin/kubelet\n")).RunFails();

        Assert.Contains("kube/bin/kubelet", e.Message);
    }
}
