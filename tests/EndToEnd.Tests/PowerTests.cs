using ClusterPanel.Core.Deployments;
using ClusterPanel.EndToEnd.Tests.Fixtures;

namespace ClusterPanel.EndToEnd.Tests;

/// <summary>All hosts lose their power, or are rebooted, while no panel runs: the cluster comes back by itself.</summary>
public sealed class PowerTests
{
    private const string LoseLines = "systemctl stop clusterpanel-hosts.path; sed -i '/^# clusterpanel begin/,/^# clusterpanel end/d' /etc/hosts; ! grep apiserver /etc/hosts";
    private static readonly string[] Masters = ["h1", "h2", "h3"];
    private static readonly string[] Workers = ["h4", "h5"];
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(6);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AllHosts_LosePowerOrReboot_AreAClusterAgainWithoutThePanel(bool real)
    {
        Assert.SkipWhen(real && Scenario.Real is null, "needs a real Kubernetes package: set CLUSTERPANEL_KUBE_PACKAGE");
        Assert.SkipWhen(Scenario.NotFull is not null, Scenario.NotFull ?? "");
        await using var scenario = await Scenario.BeginAsync(5);
        var hosts = await scenario.AddHostsAsync(await scenario.RootPasswordAsync());
        await scenario.EndsAsync(await scenario.StartAsync(await scenario.RequestAsync(hosts, 3, real ? Scenario.Real! : Scenario.StandIn!)), DeploymentStatus.Succeeded, TimeSpan.FromMinutes(15));
        await scenario.Panel.TerminateAsync();

        await AllAsync(scenario, "kill", Masters, Workers);
        await AllAsync(scenario, "start", Masters, Workers);
        await IsBackAsync(scenario, real, "a power cut of all hosts");

        await AllAsync(scenario, "reboot", Masters, Workers);
        await IsBackAsync(scenario, real, "a reboot of all hosts");

        await AllAsync(scenario, "kill", Masters, Workers);
        await AllAsync(scenario, "start", Workers);
        await Task.Delay(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        await AllAsync(scenario, "start", Masters);
        await IsBackAsync(scenario, real, "workers, and masters a minute later");

        foreach (var host in (string[])["h2", "h4"])
        {
            await scenario.Lab.RunAsync(host, LoseLines);
        }

        await AllAsync(scenario, "kill", Masters, Workers);
        await AllAsync(scenario, "start", Workers);
        await Task.Delay(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        await AllAsync(scenario, "start", Masters);
        await IsBackAsync(scenario, real, "the same with lines lost from the hosts file");
    }

    private static Task AllAsync(Scenario scenario, string action, params string[][] hosts) => Task.WhenAll(hosts.SelectMany(h => h).Select(h => scenario.Lab.DoAsync(action, h)));

    private static async Task IsBackAsync(Scenario scenario, bool real, string after)
    {
        var began = DateTimeOffset.UtcNow;
        string[] all = [.. Masters, .. Workers];
        foreach (var host in all)
        {
            var booted = (await scenario.Lab.RunAsync(host, "stat -c %Y /proc/1")).Trim();
            await scenario.UntilHostAsync("h1", $"[ \"$(date -d \"$({Life.Kubectl} -n kube-node-lease get lease {host} -o 'jsonpath={{.spec.renewTime}}')\" +%s)\" -gt {booted} ]", Limit);
        }

        await scenario.UntilHostAsync("h1", $"{LabHosts.Etcdctl} endpoint health --cluster", Limit);
        await scenario.UntilHostAsync("h1", $"{Life.Kubectl} wait --for=condition=Ready node --all --timeout=10s", Limit);
        var ready = DateTimeOffset.UtcNow - began;
        await ClusterUse.PodsRunAsync(scenario, "h1", all, real);
        if (real)
        {
            await ClusterUse.ServiceAnswersAsync(scenario, "h1", all);
        }

        await File.AppendAllTextAsync(
            Path.Combine(Repository.Output, $"power-{(real ? "real" : "stand-in")}.md"),
            string.Create(System.Globalization.CultureInfo.InvariantCulture, $"| {after} | {ready.TotalSeconds:0} | {(DateTimeOffset.UtcNow - began).TotalSeconds:0} |\n"), TestContext.Current.CancellationToken);
    }
}
