using System.Globalization;
using ClusterPanel.Core.Clusters;
using ClusterPanel.Web.Components.Controls;
using ClusterPanel.Web.Components.Pages.Clusters;

namespace ClusterPanel.Web.Tests.Pages;

public sealed class VipPictureTests
{
    private static readonly IReadOnlyList<ClusterMember> Masters = [.. Enumerable.Range(1, 3).Select(i => Member($"m{i}", $"10.0.0.1{i}", NodeRole.ControlPlane))];
    private static readonly BalancedMaster[] AllIn = [In("10.0.0.11", 3), In("10.0.0.12", 1), In("10.0.0.13", 0)];

    [Fact]
    public void Of_AllIsWell_TellsConnections()
    {
        var picture = Draw(2, AllIn, AllIn);

        Assert.Equal([("w1", "IPVS", "4 connections", Tone.Ok), ("w2", "IPVS", "4 connections", Tone.Ok)], picture.Workers.Select(b => (b.Name, b.Below, b.State, b.Tone)));
        Assert.Equal(["6 connections", "2 connections", "0 connections"], picture.Masters.Select(b => b.State));
        Assert.All(picture.Masters, m => Assert.Equal(Tone.Ok, m.Tone));
    }

    [Theory]
    [InlineData(BalancedState.Out, "000", BalancedState.Out, "out: no answer", Tone.Bad)]
    [InlineData(BalancedState.Out, "500", BalancedState.Out, "out: answers 500", Tone.Bad)]
    [InlineData(BalancedState.Out, "000", BalancedState.In, "used by 1 of 2 workers", Tone.Warn)]
    [InlineData(BalancedState.Leaving, "200", BalancedState.Leaving, "leaving, 2 connections", Tone.Warn)]
    internal void Of_MasterInTrouble_SaysWhatAndHowFar(BalancedState first, string answer, BalancedState second, string says, Tone tone)
    {
        var one = new BalancedMaster("10.0.0.13", first, answer, TimeSpan.Zero, 1);

        var box = Draw(2, [AllIn[0], AllIn[1], one], [AllIn[0], AllIn[1], one with { State = second }]).Masters[2];

        Assert.Equal((says, tone), (box.State, box.Tone));
    }

    [Fact]
    public void Of_MasterOnNoList_SaysSo()
    {
        var box = Draw(1, [AllIn[0], AllIn[1]]).Masters[2];

        Assert.Equal(("on no worker's list", Tone.Bad), (box.State, box.Tone));
    }

    [Fact]
    public void Of_AddressThatIsNoMasterAnyMore_IsDrawnAsWell()
    {
        var picture = Draw(1, [.. AllIn, new("10.0.0.19", BalancedState.Leaving, "200", TimeSpan.Zero, 1)]);

        Assert.Equal(("10.0.0.19", "leaving, 1 connection"), (picture.Masters[3].Name, picture.Masters[3].State));
    }

    [Fact]
    public void Of_SilentWorker_SaysSo()
    {
        var box = Draw(2, AllIn).Workers[1];

        Assert.Equal(("does not answer", Tone.Bad), (box.State, box.Tone));
    }

    [Fact]
    public void Of_ManyWorkers_DrawsThoseInTroubleAndTheRestAsOne()
    {
        var picture = Draw(100, [.. Enumerable.Repeat(AllIn, 98)]);

        Assert.Equal(["w99", "w100", "98 more workers"], picture.Workers.Select(w => w.Name));
        Assert.Equal(("all as they should be", Tone.Ok), (picture.Workers[2].State, picture.Workers[2].Tone));
    }

    [Fact]
    public void Of_MoreInTroubleThanFit_SaysHowMany()
    {
        var picture = Draw(100, [.. Enumerable.Repeat(AllIn, 10)]);

        Assert.Equal(VipPicture.MostWorkers, picture.Workers.Count);
        Assert.Equal(("93 more workers", "83 of them with trouble", Tone.Bad), (picture.Workers[^1].Name, picture.Workers[^1].State, picture.Workers[^1].Tone));
    }

    private static VipPicture Draw(int workers, params BalancedMaster[][] lists)
    {
        var members = Enumerable.Range(1, workers).Select(i => Member($"w{i}", string.Create(CultureInfo.InvariantCulture, $"10.0.1.{i}"), NodeRole.Worker)).ToList();
        var spec = new ClusterSpec { Name = "a", PackageId = Guid.Empty, Version = KubernetesVersion.Parse("v1.20.2"), Members = [.. Masters, .. members], CniManifest = "" };
        return VipPicture.Of(spec, new ClusterHealth([], null, [.. lists.Select((l, i) => new BalancerState(members[i], "ipvs", l))], [], [], [], DateTimeOffset.UnixEpoch));
    }

    private static ClusterMember Member(string name, string address, NodeRole role) => new(Guid.NewGuid(), name, name, address, role);

    private static BalancedMaster In(string address, int connections) => new(address, BalancedState.In, "200", TimeSpan.FromMinutes(1), connections);
}
