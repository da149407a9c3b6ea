using ClusterPanel.Core.Tests.Fakes;

namespace ClusterPanel.Core.Tests.Steps;

public sealed class KubeadmInitTests
{
    private readonly StepBench _bench = new StepBench("kubeadm-init", "h1").On("h1", "api-ready", "").On("h1", "kubeconfig", "apiVersion: v1\n");

    [Fact]
    public void RunAsync_Absent_RunsInitAndStoresTheKubeconfig()
    {
        _bench.On("h1", "state", "absent", "done").Run();

        Assert.Equal(["h1 copy-pki", "h1 init"], _bench.Changes);
        Assert.Contains("BEGIN RSA PRIVATE KEY", _bench.Inputs["copy-pki"], StringComparison.Ordinal);
        Assert.DoesNotContain(_bench.Store.LogTexts, t => t.Contains("PRIVATE KEY", StringComparison.Ordinal));
        Assert.Equal("apiVersion: v1\n", _bench.Clusters.Kubeconfigs[Samples.ClusterId]);
    }

    [Fact]
    public void RunAsync_Done_OnlyReadsTheKubeconfig()
    {
        _bench.On("h1", "state", "done").Run();

        Assert.Equal(["h1 state", "h1 api-ready", "h1 kubeconfig"], _bench.Did);
        Assert.Single(_bench.Clusters.Kubeconfigs);
    }

    [Fact]
    public void RunAsync_HalfDone_UndoesAndRunsItAgain()
    {
        _bench.On("h1", "state", "partial", "absent", "done").Run();

        Assert.Equal(["h1 forget undo", "h1 undo", "h1 forget init", "h1 copy-pki", "h1 init"], _bench.Changes);
    }

    [Fact]
    public void RunAsync_UndoingLeavesSomething_FailsWithoutInit()
    {
        var e = _bench.On("h1", "state", "partial").RunFails();

        Assert.Equal(["its state is: partial"], e.LastLines);
        Assert.DoesNotContain("h1 init", _bench.Did);
        Assert.Empty(_bench.Clusters.Kubeconfigs);
    }

    [Fact]
    public void RunAsync_InitFails_FailsWithItsOutputInTheLog()
    {
        var e = _bench.On("h1", "state", "absent").On("h1", "init", FakeSessions.Result(1, "[init] Using Kubernetes version\n", "error execution phase preflight\n")).RunFails();

        Assert.Equal(1, e.ExitCode);
        Assert.Equal("error execution phase preflight", e.LastLines[^1]);
        Assert.Contains("[init] Using Kubernetes version", _bench.Store.LogTexts);
    }

    [Fact]
    public void RunAsync_ApiIsNotReadyYet_Waits()
    {
        _bench.On("h1", "state", "done").On("h1", "api-ready", FakeSessions.Result(1, "/readyz answers 500\n", ""), FakeSessions.Result(1, "/readyz answers 500\n", ""), FakeSessions.Ok("")).Run();

        Assert.Equal(3, _bench.Did.Count(d => d == "h1 api-ready"));
    }

    [Fact]
    public void RunAsync_ApiIsNeverReady_FailsAndSaysWhatItAnswers()
    {
        var e = _bench.On("h1", "state", "done").On("h1", "api-ready", FakeSessions.Result(1, "/readyz answers 500\n", "")).RunFails();

        Assert.StartsWith("/readyz answers 500. Likely cause: ", Assert.Single(e.LastLines), StringComparison.Ordinal);
        Assert.InRange(_bench.Seconds, 120, 122);
    }

    [Fact]
    public void RunAsync_KubeconfigCannotBeRead_FailsAndStoresNothing()
    {
        _bench.On("h1", "state", "done").On("h1", "kubeconfig", FakeSessions.Result(1, "", "cat: /etc/kubernetes/admin.conf: No such file\n")).RunFails();

        Assert.Empty(_bench.Clusters.Kubeconfigs);
    }
}
