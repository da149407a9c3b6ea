using ClusterPanel.Core;
using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Deployments;
using ClusterPanel.EndToEnd.Faults;
using ClusterPanel.EndToEnd.Tests.Fixtures;
using ClusterPanel.Infrastructure.Tests.Persistence;

namespace ClusterPanel.EndToEnd.Tests;

/// <summary>Panel processes that share a PostgreSQL: one cluster has one writer, whoever dies or sleeps.</summary>
public sealed class TwoPanelsTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(6);

    // What the design promises for taking over.
    private static readonly TimeSpan TakeOverLimit = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Create_TheWorkingPanelIsKilled_TheOtherFinishes()
    {
        await using var postgres = await BeginPostgresAsync();
        await using var scenario = await Scenario.BeginAsync(2, postgres.ConnectionString);
        var hosts = await scenario.AddHostsAsync(await scenario.RootPasswordAsync());
        await scenario.Lab.SetFaultAsync("h1", "init: slow=10");
        var deployment = await scenario.StartAsync(await scenario.RequestAsync(hosts, 1, Scenario.StandIn!));
        await scenario.UntilHostAsync("h1", "pgrep -f '[k]ubeadm init --config'", Limit);
        await using var other = new PanelProcess(scenario.DataDirectory, postgres.ConnectionString);
        await other.StartAsync();

        var killed = DateTimeOffset.UtcNow;
        await scenario.Panel.KillAsync();
        await scenario.EndsAsync(deployment, DeploymentStatus.Succeeded, Limit);

        var takenOver = Assert.Single(await scenario.LogAsync(deployment), l => l.Text.Contains(": goes on, run by ", StringComparison.Ordinal));
        Assert.True(takenOver.Time - killed < TakeOverLimit, $"taken over after {(takenOver.Time - killed).TotalSeconds:0.0} s");
        Assert.Equal("1", (await scenario.Lab.RunAsync("h1", "ls -d /var/lib/clusterpanel/run/*kubeadm-init*init | wc -l")).Trim());
    }

    [Fact]
    public async Task Create_PanelFrozenBeforeASend_IsRefusedByTheHostWhenItWakes()
    {
        await using var postgres = await BeginPostgresAsync();
        var frozen = new FaultPoint("kernel-settings", "h1", FaultMoment.During, FaultAction.Freeze) { Command = "/var/lib/clusterpanel/lease.new" };
        await using var scenario = await Scenario.BeginAsync(2, postgres.ConnectionString, [frozen]);
        var plan = new FaultPlan(scenario.Panel.FaultFolder!);
        var hosts = await scenario.AddHostsAsync(await scenario.RootPasswordAsync());
        var deployment = await scenario.StartAsync(await scenario.RequestAsync(hosts, 1, Scenario.StandIn!));
        await Poll.UntilAsync(() => Task.FromResult(plan.ReachedAt(frozen) is not null), "the panel to freeze", Limit);

        await using var other = new PanelProcess(scenario.DataDirectory, postgres.ConnectionString);
        await other.StartAsync();
        await scenario.EndsAsync(deployment, DeploymentStatus.Succeeded, Limit);
        var before = await scenario.Lab.RunAsync("h1", "cat /var/lib/clusterpanel/lease /etc/hosts; ls -l --time-style=full-iso /etc/sysctl.d /etc/modules-load.d");
        await scenario.Panel.SignalAsync("CONT");
        await Poll.UntilAsync(() => Task.FromResult(plan.ExitCode(frozen) is not null), "the late command to end", Limit);

        Assert.Equal(Fence.Outdated, plan.ExitCode(frozen));
        Assert.Equal(before, await scenario.Lab.RunAsync("h1", "cat /var/lib/clusterpanel/lease /etc/hosts; ls -l --time-style=full-iso /etc/sysctl.d /etc/modules-load.d"));
        Assert.Equal(DeploymentStatus.Succeeded, (await scenario.Backend.Journal.FindAsync(deployment.Id, None))!.Status);
        Assert.False(scenario.Panel.HasEnded);
    }

    [Fact]
    public async Task Create_TwoClicksAtTheSameMoment_OneRunsAndTheOtherIsTold()
    {
        await using var scenario = await Scenario.BeginAsync(2);
        var hosts = await scenario.AddHostsAsync(await scenario.RootPasswordAsync());
        var first = await scenario.RequestAsync(hosts, 1, Scenario.StandIn!);
        var second = new ClusterRequest { Name = "second", PackageId = first.PackageId, MasterHostIds = first.MasterHostIds, WorkerHostIds = first.WorkerHostIds };
        var previews = await Task.WhenAll(scenario.Backend.Deployments.PreviewAsync(first, None), scenario.Backend.Deployments.PreviewAsync(second, None));

        var clicks = new[] { (first, previews[0]), (first, previews[0]), (second, previews[1]) }
            .Select(c => Task.Run(() => scenario.Backend.Deployments.StartAsync(c.Item1, c.Item2.Hash, None))).ToList();
        await Task.WhenAll(clicks.Select(c => c.ContinueWith(_ => { }, TaskScheduler.Default)));

        var deployment = await Assert.Single(clicks, c => c.IsCompletedSuccessfully);
        Assert.All(clicks.Where(c => c.IsFaulted), c => Assert.True(c.Exception!.InnerException is ConflictException or InvalidInputException, c.Exception.ToString()));
        await scenario.EndsAsync(deployment, DeploymentStatus.Succeeded, Limit);
        Assert.Single(await scenario.Backend.Journal.ListAsync(null, 10, None));
    }

    private static async Task<PostgresServer> BeginPostgresAsync()
    {
        Assert.SkipWhen(PostgresServer.Programs is null, "needs PostgreSQL: apt-get install postgresql");
        return await PostgresServer.StartAsync(PostgresServer.Programs!);
    }
}
