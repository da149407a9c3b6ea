using ClusterPanel.EndToEnd.Faults;
using ClusterPanel.EndToEnd.Tests.Fixtures;

namespace ClusterPanel.EndToEnd.Tests;

/// <summary>
/// A cluster's creation is disturbed in every stage and must finish by itself: every init and join succeeds once, never two at
/// once, and the log has neither gap nor double. The whole matrix runs in ./test --full; every day a slice of each fault.
/// </summary>
public sealed class CrashMatrixTests
{
    public static TheoryData<string, string> Whole => new()
    {
        { nameof(CrashFault.KillPanel), nameof(FaultMoment.Before) },
        { nameof(CrashFault.KillPanel), nameof(FaultMoment.During) },
        { nameof(CrashFault.KillPanel), nameof(FaultMoment.After) },
        { nameof(CrashFault.TerminatePanel), nameof(FaultMoment.During) },
        { nameof(CrashFault.CutSsh), nameof(FaultMoment.During) },
        { nameof(CrashFault.CutSsh), nameof(FaultMoment.After) },
        { nameof(CrashFault.NetworkDown), nameof(FaultMoment.During) },
        { nameof(CrashFault.NetworkDown), nameof(FaultMoment.After) },
        { nameof(CrashFault.Reboot), nameof(FaultMoment.During) },
        { nameof(CrashFault.Reboot), nameof(FaultMoment.After) },
        { nameof(CrashFault.DiskFull), nameof(FaultMoment.Before) },
        { nameof(CrashFault.DiskFull), nameof(FaultMoment.During) },
        { nameof(CrashFault.DatabaseDown), nameof(FaultMoment.During) },
        { nameof(CrashFault.DatabaseDown), nameof(FaultMoment.After) },
    };

    [Theory]
    [MemberData(nameof(Whole))]
    public async Task Create_FaultInEveryStage_FinishesByItself(string fault, string when)
    {
        Assert.SkipWhen(Scenario.NotFull is not null, Scenario.NotFull ?? "");
        Assert.SkipUnless(Scenario.Faults is not { } chosen || chosen.Contains($"{fault}-{when}"), "not among CLUSTERPANEL_TEST_FAULTS");
        await RunAsync(CrashPoint.Everywhere(Enum.Parse<CrashFault>(fault), Enum.Parse<FaultMoment>(when)));
    }

    [Fact]
    public async Task Create_FaultsOnTheWay_FinishesByItself() => await RunAsync(
    [
        CrashPoint.At("kernel-settings", "h4", CrashFault.CutSsh, FaultMoment.During),
        CrashPoint.At("import-images", "h4", CrashFault.TerminatePanel, FaultMoment.During),
        CrashPoint.At("kubeadm-init", "h1", CrashFault.DiskFull, FaultMoment.During),
        CrashPoint.At("join-control-plane", "h2", CrashFault.KillPanel, FaultMoment.During),
        CrashPoint.At("join-control-plane", "h3", CrashFault.DatabaseDown, FaultMoment.During),
        CrashPoint.At("join-worker", "h4", CrashFault.NetworkDown, FaultMoment.During),
        CrashPoint.At("verify-cluster", "h1", CrashFault.KillPanel, FaultMoment.After),
    ]);

    [Fact]
    public async Task Create_PowerCutsOnTheWay_FinishesByItself()
    {
        Assert.SkipWhen(Scenario.NotFull is not null, Scenario.NotFull ?? "");
        await RunAsync(
        [
            CrashPoint.At("kubernetes-binaries", "h4", CrashFault.Reboot, FaultMoment.During),
            CrashPoint.At("kubeadm-init", "h1", CrashFault.Reboot, FaultMoment.During),
            CrashPoint.At("join-control-plane", "h3", CrashFault.Reboot, FaultMoment.During),
            CrashPoint.At("join-worker", "h4", CrashFault.Reboot, FaultMoment.During),
        ]);
    }

    [Fact]
    public async Task Create_PanelKilledWithARealKubernetes_FinishesByItself()
    {
        Assert.SkipWhen(Scenario.Real is null, "needs a real Kubernetes package: set CLUSTERPANEL_KUBE_PACKAGE");
        Assert.SkipWhen(Scenario.NotFull is not null, Scenario.NotFull ?? "");
        await RunAsync(
            [
                CrashPoint.At("kubeadm-init", "h1", CrashFault.KillPanel, FaultMoment.During),
                CrashPoint.At("join-control-plane", "h2", CrashFault.KillPanel, FaultMoment.During),
                CrashPoint.At("join-control-plane", "h3", CrashFault.KillPanel, FaultMoment.During),
                CrashPoint.At("join-worker", "h4", CrashFault.KillPanel, FaultMoment.During),
            ],
            Scenario.Real);
    }

    private static async Task RunAsync(IReadOnlyList<CrashPoint> points, string? package = null)
    {
        var rows = await CrashRun.CreateAsync(points, package);

        await CrashTable.AppendAsync(rows);
        Assert.All(rows, row => Assert.True(row.IsGood, $"{row}{(row.SaysHalfDone ? "" : " (the log names nothing half-done)")}"));
    }
}
