using ClusterPanel.Core.Deployments;
using ClusterPanel.EndToEnd.Tests.Fixtures;

namespace ClusterPanel.EndToEnd.Tests;

/// <summary>What an operator can do to a deployment that runs: cancel, stop, leave a dead worker out.</summary>
public sealed class OperatorTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(6);

    private const string InitRuns = "pgrep -f '[k]ubeadm init --config'";

    [Fact]
    public async Task Cancel_WhileInitRuns_LetsItEndAndResumeFinishes()
    {
        // Every day a creation is canceled by ChangeInBrowserTests.
        Assert.SkipWhen(Scenario.NotFull is not null, Scenario.NotFull ?? "");
        await using var scenario = await Scenario.BeginAsync(2);
        var deployment = await BeginSlowInitAsync(scenario);

        await scenario.Backend.Deployments.CancelAsync(deployment.Id, None);
        var canceled = await scenario.EndsAsync(deployment, DeploymentStatus.Canceled, Limit);
        var attempts = await scenario.Backend.Journal.ListAttemptsAsync(deployment.Id, None);
        await scenario.Backend.Deployments.RetryAsync(deployment.Id, null, None);
        await scenario.EndsAsync(deployment, DeploymentStatus.Succeeded, Limit);

        Assert.Equal("Stopped by olga. Resume continues it.", canceled.Reason);
        Assert.Equal(StepStatus.Succeeded, Assert.Single(attempts, a => a.Stage == "kubeadm-init").Status);
        Assert.DoesNotContain(attempts, a => a.Stage == "pod-network");
    }

    [Fact]
    public async Task Stop_WhileInitRuns_EndsItOnTheHostAndResumeUndoesItFirst()
    {
        await using var scenario = await Scenario.BeginAsync(2);
        var deployment = await BeginSlowInitAsync(scenario);

        await scenario.Backend.Deployments.CancelAsync(deployment.Id, None);
        await scenario.Backend.Deployments.StopAsync(deployment.Id, None);
        await scenario.EndsAsync(deployment, DeploymentStatus.Canceled, TimeSpan.FromSeconds(40));
        var stillRuns = await scenario.Lab.TryAsync("h1", InitRuns);
        var leftBehind = (await scenario.Lab.RunAsync("h1", "ls /var/lib/clusterpanel/run | grep kubeadm-init || :")).Trim();
        await scenario.Lab.RunAsync("h1", "rm -f /etc/stand-in/faults");
        await scenario.Backend.Deployments.RetryAsync(deployment.Id, null, None);
        await scenario.EndsAsync(deployment, DeploymentStatus.Succeeded, Limit);

        Assert.False(stillRuns);
        Assert.Equal("", leftBehind);
        var log = await scenario.LogAsync(deployment);
        Assert.Contains(log, l => l.Text.StartsWith("Stops clusterpanel-", StringComparison.Ordinal));
        Assert.Contains(log, l => l.Text.StartsWith("A half-done kubeadm init was found", StringComparison.Ordinal));
        Assert.Equal([StepStatus.Canceled, StepStatus.Succeeded], (await scenario.Backend.Journal.ListAttemptsAsync(deployment.Id, None)).Where(a => a.Stage == "kubeadm-init").Select(a => a.Status));
    }

    [Fact]
    public async Task Skip_WorkerThatIsSwitchedOff_FinishesWithoutIt()
    {
        await using var scenario = await Scenario.BeginAsync(3);
        var hosts = await scenario.AddHostsAsync(await scenario.RootPasswordAsync());
        var request = await scenario.RequestAsync(hosts, 1, Scenario.StandIn!);
        await scenario.Lab.DoAsync("kill", "h3");
        var deployment = await scenario.StartAsync(request);
        var dead = hosts.Single(h => h.Name == "h3").Id;

        await scenario.UntilAsync(deployment, (_, attempts) => attempts.Any(a => a.HostId == dead && a.Activity?.Contains("Tries again", StringComparison.Ordinal) == true), TimeSpan.FromMinutes(2));
        await scenario.Backend.Deployments.SkipAsync(deployment.Id, dead, None);
        var ended = await scenario.EndsAsync(deployment, DeploymentStatus.Succeeded, Limit);

        Assert.Equal("Left out: h3.", ended.Reason);
        Assert.All((await scenario.Backend.Journal.ListAttemptsAsync(deployment.Id, None)).Where(a => a.HostId == dead), a => Assert.Equal(StepStatus.Skipped, a.Status));
    }

    [Fact]
    public async Task TakeOver_HostOfAnotherPanel_IsRefusedUntilItIsTakenOver()
    {
        await using var scenario = await Scenario.BeginAsync(1);
        var hosts = await scenario.AddHostsAsync(await scenario.RootPasswordAsync());
        var (panel, cluster) = (Guid.NewGuid(), Guid.NewGuid());
        await scenario.Lab.RunAsync("h1", $"mkdir -p /var/lib/clusterpanel; echo '{panel} {cluster} 41 elsewhere:1:beef' > /var/lib/clusterpanel/lease");
        var deployment = await scenario.StartAsync(await scenario.RequestAsync(hosts, 1, Scenario.StandIn!));

        var refused = await scenario.EndsAsync(deployment, DeploymentStatus.Failed, Limit);
        await scenario.Backend.Deployments.TakeOverAsync(deployment.Id, hosts[0].Id, None);
        await scenario.EndsAsync(deployment, DeploymentStatus.Succeeded, Limit);

        Assert.Contains($"it belongs to cluster {cluster} of panel {panel}", refused.Reason, StringComparison.Ordinal);
        Assert.Contains(await scenario.LogAsync(deployment), l => l.Host == "h1" && l.Text == $"Taken over by olga from cluster {cluster} of panel {panel}, last written by elsewhere:1:beef.");
        Assert.StartsWith($"{panel} {cluster} 41", await scenario.Lab.RunAsync("h1", "cat /var/lib/clusterpanel/lease.taken-over"), StringComparison.Ordinal);
    }

    private static async Task<Deployment> BeginSlowInitAsync(Scenario scenario)
    {
        var hosts = await scenario.AddHostsAsync(await scenario.RootPasswordAsync());
        await scenario.Lab.SetFaultAsync("h1", "init: slow=20");
        var deployment = await scenario.StartAsync(await scenario.RequestAsync(hosts, 1, Scenario.StandIn!));
        await scenario.UntilHostAsync("h1", InitRuns, Limit);
        return deployment;
    }
}
