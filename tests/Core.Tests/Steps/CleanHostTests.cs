namespace ClusterPanel.Core.Tests.Steps;

public sealed class CleanHostTests
{
    private static readonly string Ours = $"{Samples.PanelId} {Samples.ClusterId}";
    private readonly StepBench _bench = new("clean-host", "h4");

    public CleanHostTests() => _bench.Clusters.Records[Samples.HostId(4)] = MachineRecord.Of("abc");

    [Fact]
    public void RunAsync_Member_IsUndoneLookedAtAndForgotten()
    {
        _bench.On("h4", "owner", Ours).On("h4", "record", "there").On("h4", "left", "unit kubelet runs\n", "clean\n").On("h4", "differences", "new: unit own.service enabled\n").Run();

        Assert.Equal(["h4 owner", "h4 record", "h4 left", "h4 reset", "h4 undo", "h4 left", "h4 differences", "h4 forget"], _bench.Did);
        Assert.Empty(_bench.Clusters.Records);
        Assert.Contains("To be undone: unit kubelet runs", _bench.Store.LogTexts);
        Assert.Contains("Differs from how it was: new: unit own.service enabled", _bench.Store.LogTexts);
    }

    [Fact]
    public void RunAsync_SomethingIsLeft_FailsAndMayBeUndoneAgain()
    {
        var e = _bench.On("h4", "owner", Ours).On("h4", "record", "there").On("h4", "left", "interface cni0\n").RunFails();

        Assert.Contains("interface cni0", e.Message, StringComparison.Ordinal);
        Assert.Equal(["h4 forget reset", "h4 forget undo"], _bench.Did[^2..]);
        Assert.Contains(Samples.HostId(4), _bench.Clusters.Records.Keys);
    }

    [Fact]
    public void RunAsync_RecordLostOnTheHost_IsPutBackFirst()
    {
        _bench.On("h4", "owner", "").On("h4", "machine", "abc").On("h4", "record", "missing").On("h4", "left", "interface cni0\n", "interface cni0\n", "clean\n").On("h4", "differences", "").Run();

        Assert.Equal(["h4 owner", "h4 machine", "h4 left", "h4 record", "h4 restore-record", "h4 left", "h4 reset"], _bench.Did[..7]);
    }

    [Fact]
    public void RunAsync_MarkedAndNeverRecorded_IsOnlyForgotten()
    {
        _bench.Clusters.Records.Clear();

        _bench.On("h4", "owner", Ours).On("h4", "record", "missing").Run();

        Assert.Equal(["h4 forget"], _bench.Changes);
    }

    [Fact]
    public void RunAsync_CleanedBeforeAndNotRecorded_ChangesNothing()
    {
        _bench.On("h4", "owner", "").On("h4", "machine", "abc").On("h4", "left", "clean\n").Run();

        Assert.Empty(_bench.Changes);
    }

    [Fact]
    public void RunAsync_MachineWasInstalledAnew_IsLeftAlone()
    {
        _bench.On("h4", "owner", "").On("h4", "machine", "def").Run();

        Assert.Equal(["h4 owner", "h4 machine"], _bench.Did);
        Assert.Contains("It was installed anew since the panel changed it, so nothing of the cluster is on it: left alone.", _bench.Store.LogTexts);
    }

    [Fact]
    public void RunAsync_NeverTouched_ChangesNothing()
    {
        _bench.Clusters.Records.Clear();

        _bench.On("h4", "owner", "").Run();

        Assert.Equal(["h4 owner"], _bench.Did);
    }

    [Fact]
    public void RunAsync_TakenOverByAnotherPanel_IsLeftAlone()
    {
        _bench.On("h4", "owner", "99999999-0000-0000-0000-000000000001 99999999-0000-0000-0000-000000000002").Run();

        Assert.Equal(["h4 owner"], _bench.Did);
        Assert.Contains("It belongs to another panel or cluster: left alone.", _bench.Store.LogTexts);
    }
}
