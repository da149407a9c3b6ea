using System.Globalization;
using ClusterPanel.Core.Deployments;
using ClusterPanel.Core.Hosts;
using ClusterPanel.EndToEnd.Tests.Fixtures;

namespace ClusterPanel.EndToEnd.Tests;

/// <summary>A host that prints far more than anybody reads.</summary>
public sealed class LogBurstTests
{
    private const int Lines = 1_000_000;
    private const long MemoryLimitMiB = 600;

    [Fact]
    public async Task Create_AMillionLinesInABurst_IsBoundedAndSaysWhatIsMissing()
    {
        Assert.SkipWhen(Scenario.NotFull is not null, Scenario.NotFull ?? "");
        await using var scenario = await Scenario.BeginAsync(1);
        var hosts = await scenario.AddHostsAsync(await scenario.RootPasswordAsync());
        await scenario.Lab.SetFaultAsync("h1", $"init: print={Lines}");
        var deployment = await scenario.StartAsync(await scenario.RequestAsync(hosts, 1, Scenario.StandIn!));

        await scenario.EndsAsync(deployment, DeploymentStatus.Succeeded, TimeSpan.FromMinutes(6));

        var log = await scenario.LogAsync(deployment);
        var missing = Assert.Single(log, l => l.Text.Contains("lines are left out here", StringComparison.Ordinal));
        var burst = log.Where(l => l.Stream == LineSource.Output && l.Text.EndsWith("of a burst that nobody reads", StringComparison.Ordinal)).ToList();
        var dropped = long.Parse(missing.Text.Split(' ')[1], CultureInfo.InvariantCulture);
        var onHost = long.Parse(await scenario.Lab.RunAsync("h1", "du -cb /var/lib/clusterpanel/run/*kubeadm-init*init/out* | tail -n 1 | cut -f 1"), CultureInfo.InvariantCulture);
        TestContext.Current.TestOutputHelper?.WriteLine($"{burst.Count} lines stored, {dropped} left out, {onHost} bytes on the host, the panel's peak {scenario.Panel.PeakMemoryMiB} MiB");
        Assert.Equal("line 1 of a burst that nobody reads", burst[0].Text);

        // A line is cut in two where the beginning ends, and counted on both sides.
        Assert.InRange(burst.Count + dropped, Lines - 2, Lines + OutputLines(log));
        Assert.InRange(onHost, 1, 33 * 1024 * 1024);
        Assert.InRange(scenario.Panel.PeakMemoryMiB, 1, MemoryLimitMiB);
        Assert.Contains(log, l => l.Text.Contains("initialized successfully", StringComparison.Ordinal));
    }

    private static int OutputLines(IReadOnlyList<LogLine> log) => log.Count(l => l is { Stage: "kubeadm-init", Stream: LineSource.Output } && !l.Text.Contains("burst", StringComparison.Ordinal)) + 2;
}
