using ClusterPanel.Core.Deployments;
using ClusterPanel.Core.Hosts;
using ClusterPanel.Core.Tests.Fakes;

namespace ClusterPanel.Core.Tests.Steps;

public sealed class ClaimHostTests
{
    private const string Another = "99999999-0000-0000-0000-000000000001 99999999-0000-0000-0000-000000000002";
    private static readonly string Ours = $"{Samples.PanelId} {Samples.ClusterId}";
    private readonly StepBench _bench = new("claim-host", "h2");

    [Fact]
    public void RunAsync_FreeHost_IsClaimed()
    {
        _bench.On("h2", "owner", "").On("h2", "leftover", "").On("h2", "read-record", "the record").Run();

        Assert.Equal(["h2 owner", "h2 leftover", "h2 claim", "h2 read-record"], _bench.Did);
        Assert.Equal("the record"u8, _bench.Clusters.Records[Samples.HostId(2)]);
    }

    [Fact]
    public void RunAsync_OursAlready_IsClaimedWhateverItHolds()
    {
        _bench.Clusters.Records[Samples.HostId(2)] = [1];

        _bench.On("h2", "owner", Ours).On("h2", "record", "there").Run();

        Assert.Equal(["h2 owner", "h2 record", "h2 claim"], _bench.Did);
        Assert.Equal([1], _bench.Clusters.Records[Samples.HostId(2)]);
    }

    [Fact]
    public void RunAsync_HostHasLostItsRecord_GetsThePanelsCopyInsteadOfASecondOne()
    {
        _bench.Clusters.Records[Samples.HostId(2)] = MachineRecord.Of("abc");

        _bench.On("h2", "owner", Ours).On("h2", "record", "missing").On("h2", "machine", "abc").Run();

        Assert.Equal(["h2 owner", "h2 record", "h2 machine", "h2 restore-record", "h2 claim"], _bench.Did);
        Assert.Equal(MachineRecord.Of("abc"), _bench.Clusters.Records[Samples.HostId(2)]);
    }

    [Fact]
    public void RunAsync_MachineWasInstalledAnew_IsRecordedAnew()
    {
        _bench.Clusters.Records[Samples.HostId(2)] = MachineRecord.Of("abc");

        _bench.On("h2", "owner", "").On("h2", "leftover", "").On("h2", "record", "missing").On("h2", "machine", "def").On("h2", "read-record", "the new one").Run();

        Assert.Equal(["h2 claim"], _bench.Changes);
        Assert.Equal("the new one"u8, _bench.Clusters.Records[Samples.HostId(2)]);
    }

    [Fact]
    public void RunAsync_RecordIsTooMuchForThePanel_IsNotTakenForAWholeOne()
    {
        _bench.On("h2", "owner", "").On("h2", "leftover", "").On("h2", "read-record", FakeSessions.Ok("half of it") with { IsCut = true });

        var e = Assert.Throws<CommandFailedException>(_bench.Run);

        Assert.Contains("it is too much to be kept by the panel", e.Message, StringComparison.Ordinal);
        Assert.Empty(_bench.Clusters.Records);
    }

    [Theory]
    [InlineData("")]
    [InlineData(Another)]
    public void RunAsync_LeftoverOfAnotherKubernetes_IsRefusedWithoutAChange(string owner)
    {
        _bench.Store.Ask(RequestKind.TakeOver, Samples.HostId(2));

        var e = _bench.On("h2", "owner", owner).On("h2", "leftover", "/etc/kubernetes/admin.conf").RunFails();

        Assert.Equal(FailureKind.Configuration, e.Kind);
        Assert.Contains("/etc/kubernetes/admin.conf", e.Message);
        Assert.Equal(["h2 owner", "h2 leftover"], _bench.Did);
    }

    [Fact]
    public void RunAsync_HostOfAnotherPanel_IsRefusedAndNamed()
    {
        var e = _bench.On("h2", "owner", Another).On("h2", "leftover", "").RunFails();

        Assert.Equal(FailureKind.Foreign, e.Kind);
        Assert.Contains("cluster 99999999-0000-0000-0000-000000000002 of panel 99999999-0000-0000-0000-000000000001", e.Message);
        Assert.Equal(["h2 owner", "h2 leftover"], _bench.Did);
    }

    [Fact]
    public void RunAsync_HostOfAnotherPanel_SaysWhereThatPanelIs()
    {
        var e = _bench.On("h2", "owner", Another + " vm7/42/abcd@https://10.0.0.99:8443").On("h2", "leftover", "").RunFails();

        Assert.Contains("last written by vm7/42/abcd@https://10.0.0.99:8443. Remove it there", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void RunAsync_AdministratorTakesItOver_IsSaidAndClaimed()
    {
        _bench.Store.Ask(RequestKind.TakeOver, Samples.HostId(2));

        _bench.On("h2", "owner", Another).On("h2", "leftover", "").On("h2", "read-record", "the record").Run();

        Assert.Equal(["h2 owner", "h2 leftover", "h2 take-over", "h2 claim", "h2 read-record"], _bench.Did);
        Assert.Contains(_bench.Store.LogTexts, t => t.StartsWith("Taken over by olga from cluster 99999999-0000-0000-0000-000000000002", StringComparison.Ordinal));
    }

    [Fact]
    public void RunAsync_AnotherClusterCameBetween_Fails()
    {
        var e = _bench.On("h2", "owner", Ours).On("h2", "claim", FakeSessions.Result(Fence.Foreign, "", "this host belongs to cluster x\n")).RunFails();

        Assert.Equal(FailureKind.Foreign, e.Kind);
    }
}
