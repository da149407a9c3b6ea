using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Deployments;
using ClusterPanel.Core.Hosts;

namespace ClusterPanel.EndToEnd.Tests.Fixtures;

/// <summary>The cluster, and what is asked of it again and again.</summary>
internal sealed class Life(Scenario scenario, Dictionary<string, Host> hosts, Dictionary<string, IReadOnlyList<string>> before, Guid id, TimeSpan limit, bool shared)
{
    public const string Kubectl = "kubectl --kubeconfig /etc/kubernetes/admin.conf";
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    public Scenario Scenario => scenario;

    public Guid Id => id;

    public IEnumerable<string> Names => hosts.Keys;

    public TimeSpan Limit => limit;

    public IReadOnlyList<Host> Hosts => [.. hosts.Values];

    /// <summary>A cluster of the first host and one worker; all hosts have something of their owner's on them.</summary>
    public static async Task<Life> BeginAsync(Scenario scenario, string worker, string package, TimeSpan limit)
    {
        var before = new Dictionary<string, IReadOnlyList<string>>();
        foreach (var (host, _) in scenario.Lab.Hosts)
        {
            await scenario.Lab.RunAsync(host, OperatorsThings.Text);
            before[host] = await HostSnapshot.TakeAsync(scenario.Lab, host);
        }

        var hosts = (await scenario.AddHostsAsync(await scenario.RootPasswordAsync())).ToDictionary(h => h.Name);
        var created = await scenario.StartAsync(await scenario.RequestAsync([hosts["h1"], hosts[worker]], 1, package));
        await scenario.EndsAsync(created, DeploymentStatus.Succeeded, limit);
        var shared = package == Scenario.Real;
        if (shared)
        {
            await ClusterUse.CalmPodNetworkAsync(scenario, "h1");
        }

        return new Life(scenario, hosts, before, created.ClusterId, limit, shared);
    }

    public static string Deployment(string name, int replicas, string more) => $$$"""
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: {{{name}}}}
        spec:
          replicas: {{{replicas}}}
          selector: {matchLabels: {app: {{{name}}}}}
          template:
            metadata: {labels: {app: {{{name}}}}}
            spec:
              {{{more}}}
              terminationGracePeriodSeconds: 1
              containers:
              - {name: main, image: "lab.local/hostgw:1.0", imagePullPolicy: Never, command: [sleep, "100000"]}

        """;

    public List<Guid> Ids(params string[] names) => [.. names.Select(n => hosts[n].Id)];

    public string Address(string name) => hosts[name].Address;

    public Task<Deployment> StartAsync(ClusterChange change) => scenario.StartAsync(change);

    public Task DoAsync(ClusterChange change) => scenario.DoAsync(change, limit);

    /// <summary>
    /// What these hosts do takes nothing from the masters and the clients any more, as it would not on machines of their own. Only
    /// where a real Kubernetes makes the machine busy that all share.
    /// </summary>
    public Task YieldAsync(params string[] names) => shared ? scenario.Lab.WeighAsync(5, names) : Task.CompletedTask;

    /// <summary>They are as the others again: masters that are asked.</summary>
    public Task ServeAsync(params string[] names) => shared ? scenario.Lab.WeighAsync(100, names) : Task.CompletedTask;

    /// <summary>Removes a master, which yields as soon as it is no longer asked.</summary>
    public async Task RemoveMasterAsync(string name)
    {
        var removal = await StartAsync(new RemoveNodes(id, Ids(name), [], [], new DrainOptions()));
        await scenario.UntilHostAsync(name, "[ ! -e /etc/kubernetes/manifests/kube-apiserver.yaml ]", limit);
        await YieldAsync(name);
        await scenario.EndsAsync(removal, DeploymentStatus.Succeeded, limit);
    }

    public async Task<Cluster> ClusterAsync() => (await scenario.Backend.Clusters.FindAsync(id, None))!;

    public Task<string> ApplyAsync(string master, string manifest) => scenario.Lab.RunAsync(master, $"cat <<'YAML' | {Kubectl} apply -f -\n{manifest}\nYAML");

    public async Task<IReadOnlyList<NodeDrift>> DriftAsync()
    {
        var cluster = await ClusterAsync();
        return new ClusterView(await scenario.Backend.Api.ReadAsync(cluster, None), null, await scenario.Backend.Health.ReadAsync(cluster, null, None)).Drift(cluster.Spec);
    }

    public async Task AreMembersAsync(params string[] masters)
    {
        var members = await scenario.Lab.RunAsync(masters[^1], $"{LabHosts.Etcdctl} member list");
        Assert.Equal(masters.Order(StringComparer.Ordinal), members.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split(", ")[2]).Order(StringComparer.Ordinal));
    }

    public async Task IsAsync(string[] masters, string[] workers)
    {
        await AreMembersAsync(masters);
        var nodes = (await scenario.Lab.RunAsync(masters[^1], $"{Kubectl} get nodes -o 'jsonpath={{.items[*].metadata.name}}'")).Split(' ');
        Assert.Equal(masters.Concat(workers).Order(StringComparer.Ordinal), nodes.Select(n => n.Trim()).Order(StringComparer.Ordinal));
        foreach (var worker in workers)
        {
            var list = await scenario.Lab.RunAsync(worker, "sed -n 's/^MASTERS=//p' /etc/clusterpanel/apilb.conf");
            Assert.Equal($"\"{string.Join(' ', masters.Select(Address))}\"", list.Trim());
        }

        Assert.Equal(masters.Concat(workers), (await ClusterAsync()).Spec.Members.Select(m => m.HostName));
    }

    // Nothing on the hosts that stay, in whatever network, talks to the one that is gone; no pod's hosts file names it, and no pod of it is left.
    public async Task IsForgottenAsync(string gone, params string[] stay)
    {
        var address = Address(gone);
        foreach (var host in stay)
        {
            await scenario.UntilHostAsync(
                host,
                $"! for p in $(lsns -t net -n -o PID); do nsenter -t $p -n ss -Htn state established 2>/dev/null; done | grep -F '{address}:' && ! cat /etc/hosts /var/lib/kubelet/pods/*/etc-hosts | grep -E '^{address.Replace(".", "[.]", StringComparison.Ordinal)}[[:space:]]'",
                Minute);
        }

        await scenario.UntilHostAsync(stay[0], $"[ -z \"$({Kubectl} get pods -A --field-selector spec.nodeName={gone} -o name)$({Kubectl} -n kube-node-lease get lease {gone} -o name --ignore-not-found)\" ]", 3 * Minute);
    }

    /// <summary>A host on a new disk: the same name and address, and another machine.</summary>
    public async Task InstallAnewAsync(string host)
    {
        await scenario.Lab.DoAsync("kill", host);
        await scenario.Lab.DoAsync("wipe", host);
        await scenario.Lab.DoAsync("start", host);
        await scenario.Lab.RunAsync(host, "chpasswd", scenario.Passwords);
        await scenario.Lab.RunAsync(host, OperatorsThings.Text);
        before[host] = await HostSnapshot.TakeAsync(scenario.Lab, host);
        var seen = await scenario.Backend.Hosts.ReadKeyAsync(hosts[host].Id, None);
        await scenario.Backend.Hosts.TrustAsync(hosts[host].Id, seen.SeenKey!.Fingerprint, true, None);
    }

    public async Task IsAsBeforeAsync(string host, bool reboot)
    {
        await CompareAsync(host, "cleaned");
        if (reboot)
        {
            await scenario.Lab.DoAsync("reboot", host);
            await scenario.UntilHostAsync(host, "systemctl is-system-running | grep -q -e running -e degraded", Minute);
            await CompareAsync(host, "cleaned and started again");
        }
    }

    private async Task CompareAsync(string host, string when)
    {
        var differences = HostSnapshot.Compare(before[host], await HostSnapshot.TakeAsync(scenario.Lab, host));
        Assert.True(differences.Count == 0, $"{host}, {when}, is not what it was:\n{string.Join('\n', differences)}");
    }
}
