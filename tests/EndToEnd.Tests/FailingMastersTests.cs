using System.Globalization;
using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Deployments;
using ClusterPanel.Core.Hosts;
using ClusterPanel.EndToEnd.Tests.Fixtures;

namespace ClusterPanel.EndToEnd.Tests;

/// <summary>Masters fail in every way while clients on a worker ask through the VIP; what they notice becomes tables.</summary>
public sealed class FailingMastersTests
{
    private const string Vip = "10.103.97.2";
    private const int Times = 5;
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    // A second card that has the default route: without a route of its own, packets to the VIP would leave with its address.
    private const string SecondCard = """
        cat > /etc/systemd/system/second-card.service <<'UNIT'
        [Unit]
        DefaultDependencies=no
        After=lab-net.service
        Before=network.target
        [Service]
        Type=oneshot
        ExecStart=/bin/sh -c 'ip address replace 10.77.0.5/24 dev eth1; ip link set eth1 up; ip route replace default via 10.77.0.1 dev eth1'
        [Install]
        WantedBy=sysinit.target
        UNIT
        systemctl enable -q --now second-card
        """;

    [Fact]
    public async Task Ipvs_OnAGuestWithTwoCards_GoesOnWhateverHappensToMasters()
    {
        Assert.SkipWhen(LabGuest.Missing is not null, LabGuest.Missing ?? "");
        await using var scenario = await Scenario.BeginAsync(4);
        await using var guest = await LabGuest.UpAsync("g1", "--uml", "--mem", "640M", "--cards", "2");
        await guest.RunAsync("chpasswd", scenario.Passwords);
        await guest.RunAsync(SecondCard);
        var hosts = await scenario.AddHostsAsync(await scenario.RootPasswordAsync(), new NewHost(guest.Name, guest.Address));
        var created = await scenario.StartAsync(await scenario.RequestAsync(hosts, 3, Scenario.StandIn!));
        await scenario.EndsAsync(created, DeploymentStatus.Succeeded, TimeSpan.FromMinutes(15));
        var worker = (await scenario.Backend.Clusters.FindAsync(created.ClusterId, None))!.Spec.Workers.Single(w => w.HostName == "g1");
        var rules = await guest.RunAsync("ipvsadm -Sn");
        var clients = await VipClients.StartAsync(scenario.Lab, "h1", Vip, "h4", guest.RunAsync, script => scenario.Lab.RunAsync("h4", script), perSecond: 4);

        clients.Mark("nothing");
        await Task.Delay(TimeSpan.FromSeconds(10), None);
        foreach (var fault in MasterFault.Wanted)
        {
            clients.Mark(fault.Name);
            await scenario.Lab.RunAsync("h2", fault.Begin);
            await UntilAsync(guest, $"grep -q '{hosts[1].Address} out' /run/clusterpanel-apilb/state");
            await Task.Delay(TimeSpan.FromSeconds(5), None);
            clients.Mark("… and it is back");
            await scenario.Lab.RunAsync("h2", fault.End);
            await UntilAsync(guest, $"grep -q '{hosts[1].Address} in 200' /run/clusterpanel-apilb/state");
        }

        clients.Mark("rules flushed");
        await guest.RunAsync("ipvsadm -C");
        await UntilAsync(guest, $"[ \"$(ipvsadm -Sn | sort)\" = '{Sorted(rules)}' ]");
        clients.Mark("the route removed");
        await guest.RunAsync($"ip route del {Vip}/32");
        await UntilAsync(guest, $"ip route show {Vip} | grep -q 'dev eth0'");
        clients.Mark("a master removed");
        await scenario.DoAsync(new RemoveNodes(created.ClusterId, [hosts[2].Id], [], [], new DrainOptions()), 8 * Minute);
        var without = await guest.RunAsync("ipvsadm -Sn");
        clients.Mark("a master added");
        await scenario.DoAsync(new AddNodes(created.ClusterId, [hosts[2].Id], []), 8 * Minute);
        var phases = await clients.EndAsync();
        await File.WriteAllTextAsync(Path.Combine(Repository.Output, "failing-masters-ipvs.md"), VipClients.Table(phases), None);
        var peers = await scenario.Lab.RunAsync("h1", "ss -Htn state established sport = :6443");
        await guest.RebootAsync();
        await UntilAsync(guest, $"curl -sf --max-time 5 --cacert /etc/clusterpanel/ca.crt https://{Vip}:6443/readyz");

        Assert.Equal(LoadBalancerKind.Ipvs, worker.LoadBalancer);
        Assert.Equal($"-A -t {Vip}:6443 -s rr\n" + string.Concat(hosts.Take(3).Select(h => $"-a -t {Vip}:6443 -r {h.Address}:6443 -m -w 1\n")), rules);
        Assert.DoesNotContain(hosts[2].Address, without, StringComparison.Ordinal);
        Assert.Equal(Sorted(rules), Sorted(await guest.RunAsync("ipvsadm -Sn")));
        Assert.DoesNotContain("10.77.0.5", peers, StringComparison.Ordinal);
        Assert.Equal("", await guest.RunAsync($"ip -o -4 address show | grep -F {Vip} || :"));
        Assert.All(phases, p => Assert.True(p.Requests > p.Failed, VipClients.Table(phases)));
    }

    [Fact]
    public async Task Nftables_RealKubernetes_GoesOnWhateverHappensToMasters()
    {
        Assert.SkipWhen(Scenario.Real is null, "needs a real Kubernetes package: set CLUSTERPANEL_KUBE_PACKAGE");
        Assert.SkipWhen(Scenario.NotFull is not null, Scenario.NotFull ?? "");
        await using var scenario = await Scenario.BeginAsync(4);
        var hosts = await scenario.AddHostsAsync(await scenario.RootPasswordAsync());
        await scenario.EndsAsync(await scenario.StartAsync(await scenario.RequestAsync(hosts, 3, Scenario.Real!)), DeploymentStatus.Succeeded, TimeSpan.FromMinutes(15));
        var table = new List<string>
        {
            "| The master of worker's kubelet and of the watch | Balanced by | Requests failed | First to last failed, s | Kubelet renews its lease after, s | The watch sees nothing for, s |",
            "|---|---|---:|---:|---:|---:|",
        };
        var since = await ReadySinceAsync(scenario, "h4");

        foreach (var (name, begin, end) in ((string, string, string)[])[("ClusterPanel", ":", ":"), ("a loop like lvscare", LvscareLoop.Begin, LvscareLoop.End)])
        {
            await scenario.Lab.RunAsync("h4", begin);
            foreach (var fault in MasterFault.Wanted)
            {
                var all = await ReadySinceAsync(scenario, "h1", "h2", "h3", "h4");
                table.Add(await MeasureAsync(scenario, hosts, fault, name));
                await File.WriteAllLinesAsync(Path.Combine(Repository.Output, "failing-masters-nftables.md"), table, None);
                if (name == "ClusterPanel" && fault.Name == "frozen")
                {
                    Assert.Equal(all, await ReadySinceAsync(scenario, "h1", "h2", "h3", "h4"));
                }
            }

            if (name == "ClusterPanel")
            {
                Assert.Equal(since, await ReadySinceAsync(scenario, "h4"));
            }

            await scenario.Lab.RunAsync("h4", end);
        }
    }

    // Five faults of a kind, each at a random moment of the balancer's rounds, on the master that kubelet and the watch are connected to.
    private static async Task<string> MeasureAsync(Scenario scenario, IReadOnlyList<Host> hosts, MasterFault fault, string balancer)
    {
        var clients = await VipClients.StartAsync(scenario.Lab, "h4", "h1", Vip);
        var leases = new List<double>();
        for (var i = 0; i < Times; i++)
        {
            clients.Mark("before");
            await Task.Delay(TimeSpan.FromSeconds(2 + 5 * Random.Shared.NextDouble()), None);
            var address = await KubeletsMasterAsync(scenario);
            var master = hosts.Single(h => h.Address == address);
            var healthy = hosts.First(h => h.Address != address && h.Name != "h4").Name;
            clients.Mark(fault.Name);
            var began = DateTimeOffset.UtcNow;
            await scenario.Lab.RunAsync(master.Name, fault.Begin);
            DateTimeOffset? renewed = null;
            await Poll.UntilAsync(async () => (renewed = await LeaseAsync(scenario, healthy)) > began, $"kubelet renews its lease: {fault.Name}, {balancer}", 5 * Minute);
            await scenario.UntilHostAsync("h4", $"! nft list chain ip clusterpanel_apilb output | grep -F '{address}'", 2 * Minute);
            await Task.Delay(TimeSpan.FromSeconds(3), None);
            clients.Mark("back");
            leases.Add((renewed!.Value - began).TotalSeconds);
            await scenario.Lab.RunAsync(master.Name, fault.End);
            foreach (var host in hosts.Take(3))
            {
                await scenario.UntilHostAsync("h4", $"nft list chain ip clusterpanel_apilb output | grep -F '{host.Address}'", 3 * Minute);
            }
        }

        var phases = (await clients.EndAsync()).Where(p => p.Name == fault.Name).ToList();
        await File.WriteAllTextAsync(Path.Combine(Repository.Output, $"failing-masters-{balancer}-{fault.Name}.md"), VipClients.Table(phases), None);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"| {fault.Name} | {balancer} | {Median(phases.Select(p => (double)p.Failed)):0} | {Median(phases.Select(p => p.Failing)):0.0} | {Median(leases):0.0} | {Median(phases.Select(p => p.WatchGap)):0.0} |");
    }

    // The watch is begun anew until the balancer has given it the same master.
    private static async Task<string> KubeletsMasterAsync(Scenario scenario)
    {
        const string Find = """
            # A word that marks the process in the list of sockets: the master that its connection goes to.
            master() {
              port=$(ss -Htnp state established dst 10.103.97.2 | awk -v p="$1" 'index($0, p) { sub(/.*:/, "", $3); print $3; exit }')
              [ -z "$port" ] || conntrack -L -p tcp --orig-dst 10.103.97.2 --orig-port-src "$port" 2>/dev/null | sed -n 's/.* src=\([0-9.]*\) dst=.*/\1/p'
            }
            for try in $(seq 30); do
              kubelet=$(master '"kubelet"')
              if [ -n "$kubelet" ] && [ "$(master "pid=$(pgrep -f '[w]atch=1' | head -1),")" = "$kubelet" ]; then
                echo "$kubelet"
                exit
              fi
              systemctl restart vip-watch
              sleep 1
            done
            exit 1
            """;
        return (await scenario.Lab.RunAsync("h4", Find)).Trim();
    }

    private static async Task<DateTimeOffset?> LeaseAsync(Scenario scenario, string master)
    {
        var read = await scenario.Lab.RunAsync(master, $"{Life.Kubectl} -n kube-node-lease get lease h4 -o 'jsonpath={{.spec.renewTime}}' 2>/dev/null || :");
        return DateTimeOffset.TryParse(read, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null;
    }

    // When each node became what it is now, Ready or not.
    private static async Task<string> ReadySinceAsync(Scenario scenario, params string[] nodes)
    {
        const string Ready = "{.status.conditions[?(@.type==\"Ready\")]";
        var all = await scenario.Lab.RunAsync("h1", $$"""{{Life.Kubectl}} get nodes -o 'jsonpath={range .items[*]}{.metadata.name} {{Ready}}.status} {{Ready}}.lastTransitionTime}{"\n"}{end}'""");
        return string.Join('\n', all.Split('\n').Where(l => nodes.Contains(l.Split(' ')[0])));
    }

    private static Task UntilAsync(LabGuest guest, string script) => Poll.UntilAsync(() => guest.TryAsync(script), $"on {guest.Name}: {script}", 2 * Minute);

    private static string Sorted(string lines) => string.Join('\n', lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal));

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted[sorted.Count / 2];
    }
}
