using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Deployments;
using ClusterPanel.EndToEnd.Faults;
using ClusterPanel.EndToEnd.Tests.Fixtures;

namespace ClusterPanel.EndToEnd.Tests;

/// <summary>
/// Every kind of change is disturbed in the middle and must finish by itself; a master is installed anew and takes its own place, a
/// host is off while its cluster is reset. In the end all hosts are what they were.
/// </summary>
public sealed class ChangesWithFaultsTests
{
    private const string Worker = "h4";

    // The points of a change come one after the other: a panel that is killed for one host would take the other's point with it.
    private static readonly CrashPoint[] AddMasters =
    [
        CrashPoint.At("join-control-plane", "h2", CrashFault.KillPanel, FaultMoment.During),
        CrashPoint.At("join-control-plane", "h3", CrashFault.CutSsh, FaultMoment.During),
    ];

    private static readonly CrashPoint[] AddWorker = [CrashPoint.At("join-worker", "h5", CrashFault.Reboot, FaultMoment.During)];

    private static readonly CrashPoint[] Repair =
    [
        CrashPoint.At("node-services", "h5", CrashFault.CutSsh, FaultMoment.During),
        CrashPoint.At("register-node", "h5", CrashFault.KillPanel, FaultMoment.After),
    ];

    // The old master is off: what is done about it is done through the others, and recorded under its name.
    private static readonly CrashPoint[] Replace =
    [
        CrashPoint.At("remove-etcd-member", "h3", CrashFault.KillPanel, FaultMoment.After),
        CrashPoint.At("join-control-plane", "h6", CrashFault.TerminatePanel, FaultMoment.During),
    ];

    private static readonly CrashPoint[] RemoveWorker =
    [
        CrashPoint.At("drain-node", "h5", CrashFault.KillPanel, FaultMoment.After),
        CrashPoint.At("clean-host", "h5", CrashFault.Reboot, FaultMoment.During),
    ];

    private static readonly CrashPoint[] RemoveMaster =
    [
        CrashPoint.At("leave-load-balancer-lists", Worker, CrashFault.KillPanel, FaultMoment.During),
        CrashPoint.At("remove-etcd-member", "h2", CrashFault.KillPanel, FaultMoment.After),
        CrashPoint.At("clean-host", "h2", CrashFault.NetworkDown, FaultMoment.During),
    ];

    private static readonly CrashPoint[] Clean = [CrashPoint.At("clean-host", "h3", CrashFault.KillPanel, FaultMoment.During)];

    private static readonly CrashPoint[] Reset = [CrashPoint.At("clean-host", "h1", CrashFault.KillPanel, FaultMoment.During)];

    private static readonly CrashPoint[] CleanLater = [CrashPoint.At("clean-host", "h6", CrashFault.DatabaseDown, FaultMoment.During)];

    [Fact]
    public async Task Changes_DisturbedInTheMiddle_FinishByThemselvesAndGiveHostsBack()
    {
        Assert.SkipWhen(Scenario.NotFull is not null, Scenario.NotFull ?? "");
        CrashPoint[] points = [.. AddMasters, .. AddWorker, .. Repair, .. Replace, .. RemoveWorker, .. RemoveMaster, .. Clean, .. Reset, .. CleanLater];
        await using var scenario = await Scenario.BeginAsync(6, faults: [.. points.Select(p => p.Place)]);
        await Task.WhenAll(scenario.Lab.Hosts.Select(h => KubeadmWitness.InstallAsync(scenario.Lab, h.Name)));
        var life = await Life.BeginAsync(scenario, Worker, Scenario.StandIn!, TimeSpan.FromMinutes(6));
        var run = new CrashRun(scenario, null, points);

        await FinishAsync(new AddNodes(life.Id, life.Ids("h2", "h3"), []), AddMasters);
        await FinishAsync(new AddNodes(life.Id, [], life.Ids("h5")), AddWorker);
        await life.IsAsync(["h1", "h2", "h3"], [Worker, "h5"]);

        await scenario.Lab.RunAsync("h1", $"{Life.Kubectl} delete node h2");
        await scenario.Lab.RunAsync("h5", "systemctl disable -q --now kubelet clusterpanel-apilb");
        await FinishAsync(new RepairNodes(life.Id, life.Ids("h2", "h5")), Repair);
        Assert.Empty(await life.DriftAsync());

        await scenario.Lab.DoAsync("kill", "h3");
        await FinishAsync(new ReplaceMaster(life.Id, life.Ids("h3")[0], life.Ids("h6")[0], true, new DrainOptions()), Replace);
        await life.IsAsync(["h1", "h2", "h6"], [Worker, "h5"]);

        await FinishAsync(new RemoveNodes(life.Id, [], life.Ids("h5"), [], new DrainOptions()), RemoveWorker);
        await life.IsAsync(["h1", "h2", "h6"], [Worker]);
        await life.IsAsBeforeAsync("h5", reboot: false);

        await life.InstallAnewAsync("h2");
        await FinishAsync(new ReplaceMaster(life.Id, life.Ids("h2")[0], life.Ids("h2")[0], true, new DrainOptions()), []);
        await life.IsAsync(["h1", "h6", "h2"], [Worker]);

        await FinishAsync(new RemoveNodes(life.Id, life.Ids("h2"), [], [], new DrainOptions()), RemoveMaster);
        await life.IsAsync(["h1", "h6"], [Worker]);
        await life.IsAsBeforeAsync("h2", reboot: false);

        await scenario.Lab.DoAsync("start", "h3");
        await FinishAsync(new CleanHosts(life.Id, life.Ids("h3")), Clean);
        await life.IsAsync(["h1", "h6"], [Worker]);
        await life.IsAsBeforeAsync("h3", reboot: false);

        await scenario.Lab.DoAsync("kill", "h6");
        await FinishAsync(new ResetCluster(life.Id, life.Ids("h6")), Reset);
        Assert.Equal(["h6"], (await life.ClusterAsync()).Spec.NotCleaned.Select(m => m.HostName));
        await scenario.Lab.DoAsync("start", "h6");
        await FinishAsync(new CleanHosts(life.Id, life.Ids("h6")), CleanLater);
        Assert.Equal(ClusterStatus.Removed, (await life.ClusterAsync()).Status);
        foreach (var host in life.Names)
        {
            await life.IsAsBeforeAsync(host, reboot: false);
        }

        async Task FinishAsync(ClusterChange change, IReadOnlyList<CrashPoint> those)
        {
            var deployment = await life.StartAsync(change);
            await run.FinishAsync(deployment, life.Hosts, life.Limit);
            var rows = await run.RowsAsync(deployment, life.Hosts, those);
            await CrashTable.AppendAsync(rows);
            Assert.All(rows, row => Assert.True(row.IsGood, row.ToString()));
        }
    }
}
