using System.Globalization;
using System.Text.RegularExpressions;
using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Deployments;
using ClusterPanel.EndToEnd.Faults;
using ClusterPanel.EndToEnd.Tests.Fixtures;

namespace ClusterPanel.EndToEnd.Tests;

/// <summary>
/// Nothing of a cluster ends in secret: openssl and kubeadm look at every file of every node and at what is served, after the
/// creation, after renewals that the panel is killed in, with other names, on nodes that joined later, and after kubeadm's own renewal.
/// </summary>
public sealed partial class CertificatesTests
{
    private const string Added = "k8s.example.org";
    private const string Configuration = "KUBECONFIG=/etc/kubernetes/admin.conf kubectl -n kube-system get configmap kubeadm-config -o 'jsonpath={.data.ClusterConfiguration}'";
    private static readonly CancellationToken None = CancellationToken.None;

    // Every certificate in a file, with its fingerprint and whether it is valid for 98 years more.
    private const string Files = """
        one() {
          ok=short
          if openssl x509 -noout -checkend $((98 * 365 * 86400)) >/dev/null < "$2"; then ok=long; fi
          echo "$1 $ok $(openssl x509 -noout -fingerprint -sha256 < "$2")"
        }
        for f in /etc/kubernetes/pki/*.crt /etc/kubernetes/pki/etcd/*.crt /var/lib/kubelet/pki/kubelet-client-current.pem /var/lib/kubelet/pki/kubelet.crt; do
          [ ! -e "$f" ] || one "$f" "$f"
        done
        for f in /etc/kubernetes/*.conf /root/.kube/config; do
          [ -e "$f" ] || continue
          sed -n 's/^ *client-certificate-data: *//p' "$f" | base64 -d > /tmp/inside
          [ ! -s /tmp/inside ] || one "$f" /tmp/inside
        done
        """;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Certificates_CreatedRenewedAndJoinedLater_AreGoodFor98Years(bool real)
    {
        Assert.SkipWhen(real && Scenario.Real is null, "needs a real Kubernetes package: set CLUSTERPANEL_KUBE_PACKAGE");
        Assert.SkipWhen(real && Scenario.NotFull is not null, Scenario.NotFull ?? "");

        // Every day with one master; the real one has three, and a master and a worker that join later.
        string[] masters = real ? ["h1", "h2", "h3"] : ["h1"];
        var worker = real ? "h4" : "h2";
        var kill = new FaultPoint(real ? "renew-certificates-h2" : "renew-certificates", real ? "h2" : "h1", FaultMoment.During, FaultAction.Kill) { Command = "^kube-apiserver$", After = TimeSpan.FromSeconds(1) };
        await using var scenario = await Scenario.BeginAsync(real ? 6 : 2, faults: [kill]);
        var limit = TimeSpan.FromMinutes(real ? 15 : 6);
        var hosts = await scenario.AddHostsAsync(await scenario.RootPasswordAsync());
        var created = await scenario.StartAsync(await scenario.RequestAsync([.. hosts.Take(masters.Length + 1)], masters.Length, real ? Scenario.Real! : Scenario.StandIn!));
        await scenario.EndsAsync(created, DeploymentStatus.Succeeded, limit);
        var id = created.ClusterId;
        var before = await AreLongAsync(scenario, masters, [worker]);

        var clients = await VipClients.StartAsync(scenario.Lab, worker, "h1", "10.103.97.2");
        clients.Mark("all certificates renewed, the panel killed meanwhile");
        var renewed = await scenario.StartAsync(new RenewCertificates(id, [], []));
        await Poll.UntilAsync(() => Task.FromResult(scenario.Panel.HasEnded), "the panel to be killed", limit);
        await scenario.Panel.StartAsync();
        await scenario.EndsAsync(renewed, DeploymentStatus.Succeeded, limit);
        var after = await AreLongAsync(scenario, masters, [worker]);
        Assert.All(before.Where(f => !f.Key.EndsWith("/ca.crt", StringComparison.Ordinal) && !f.Key.EndsWith("-ca.crt", StringComparison.Ordinal)), f => Assert.NotEqual(f.Value, after[f.Key]));
        Assert.All(before.Where(f => f.Key.EndsWith("ca.crt", StringComparison.Ordinal)), f => Assert.Equal(f.Value, after[f.Key]));
        await IsStoredKubeconfigAsync(masters[^1]);

        clients.Mark("a name added");
        await DoAsync(new ChangeApiServerNames(id, [Added, "10.77.0.9"]));
        var phases = await clients.EndAsync();
        await File.WriteAllTextAsync(Path.Combine(Repository.Output, $"vip-clients-renewal-{(real ? "real" : "stand-in")}.md"), VipClients.Table(phases), None);
        await HaveNameAsync(true, masters);
        if (real)
        {
            await DoAsync(new AddNodes(id, [hosts[4].Id], [hosts[5].Id]));
            await AreLongAsync(scenario, [.. masters, "h5"], [worker, "h6"]);
            await HaveNameAsync(true, "h5");
        }

        // A year by hand is told, and mended.
        var last = hosts[masters.Length - 1];
        await scenario.Lab.RunAsync(last.Name, "kubeadm certs renew all");
        var read = await scenario.Backend.Certificates.ReadAsync((await ClusterAsync())!, None);
        var shorter = read.MadeForLess(99);
        Assert.Equal(["admin.conf", "apiserver", "apiserver-etcd-client", "apiserver-kubelet-client", "controller-manager.conf", "etcd-healthcheck-client", "etcd-peer", "etcd-server", "front-proxy-client", "scheduler.conf"],
            shorter.Select(c => c.RenewedAs!).Distinct().Order(StringComparer.Ordinal));
        Assert.All(shorter, c => Assert.Equal(last.Name, c.HostName));
        await DoAsync(new RenewCertificates(id, [.. shorter.Select(c => c.RenewedAs!).Distinct()], [last.Id]));
        await AreLongAsync(scenario, [last.Name], []);

        await DoAsync(new ChangeApiServerNames(id, []));
        await HaveNameAsync(false, [.. masters, .. real ? ["h5"] : Array.Empty<string>()]);

        if (real)
        {
            // How many requests fail is reported; the stand-in chooses etcd's leaders more slowly.
            Assert.All(phases, p => Assert.True(p.Gap <= 3, VipClients.Table(phases)));
        }

        Task DoAsync(ClusterChange change) => scenario.DoAsync(change, limit);

        Task<Cluster?> ClusterAsync() => scenario.Backend.Clusters.FindAsync(id, None);

        async Task IsStoredKubeconfigAsync(string master)
        {
            var inside = (await scenario.Lab.RunAsync(master, "sed -n 's/^ *client-certificate-data: *//p' /etc/kubernetes/admin.conf")).Trim();
            Assert.Contains(inside, await scenario.Backend.Clusters.KubeconfigAsync((await ClusterAsync())!, hosts[0].Address, None), StringComparison.Ordinal);
        }

        async Task HaveNameAsync(bool there, params string[] of)
        {
            foreach (var master in of)
            {
                var names = await scenario.Lab.RunAsync(master, $"{Served(Address(master), 6443)} | openssl x509 -noout -ext subjectAltName");
                Assert.Contains("DNS:apiserver.cluster.local", names, StringComparison.Ordinal);
                Assert.Equal(there, names.Contains($"DNS:{Added}", StringComparison.Ordinal));
                Assert.Equal(there, names.Contains("IP Address:10.77.0.9", StringComparison.Ordinal));
            }

            Assert.Equal(there, (await scenario.Lab.RunAsync("h1", Configuration)).Contains(Added, StringComparison.Ordinal));
        }

        string Address(string host) => scenario.Lab.Hosts.Single(h => h.Name == host).Address;
    }

    // Fingerprints by host and file.
    private static async Task<Dictionary<string, string>> AreLongAsync(Scenario scenario, string[] masters, string[] workers)
    {
        var found = new Dictionary<string, string>();
        foreach (var host in masters.Concat(workers))
        {
            var lines = (await scenario.Lab.RunAsync(host, Files)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split(' ', 3)).ToList();
            Assert.Equal(masters.Contains(host) ? 16 : 3, lines.Count);
            Assert.All(lines, l => Assert.True(l[1] == "long", $"{host}: {l[0]}"));
            foreach (var line in lines)
            {
                found[$"{host} {line[0]}"] = line[2];
            }

            var address = scenario.Lab.Hosts.Single(h => h.Name == host).Address;
            foreach (var port in masters.Contains(host) ? new[] { 6443, 2379, 2380, 10250 } : [10250])
            {
                await scenario.Lab.RunAsync(host, $"{Served(address, port)} | openssl x509 -noout -checkend {98L * 365 * 86400}");
            }
        }

        foreach (var master in masters)
        {
            // What is in memory has the year that its component gives it.
            foreach (var port in (int[])[10257, 10259])
            {
                await scenario.Lab.RunAsync(master, $"{Served("127.0.0.1", port)} > /tmp/served; openssl x509 -noout -checkend {300 * 86400} < /tmp/served; ! openssl x509 -noout -checkend {367 * 86400} < /tmp/served");
            }

            var table = await scenario.Lab.RunAsync(master, "kubeadm certs check-expiration");
            var years = Residual().Matches(table).Select(m => (Number: int.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture), Unit: m.Groups[2].Value)).ToList();
            Assert.Equal(13, years.Count);
            Assert.All(years, y => Assert.True(y is { Number: >= 98, Unit: "y" }, table));
        }

        return found;
    }

    // Who is not asked for a certificate of its own gets an alert after the server has shown its one.
    private static string Served(string address, int port) => $"openssl s_client -connect {address}:{port} -servername apiserver.cluster.local </dev/null 2>/dev/null";

    [GeneratedRegex(@"UTC\s+(?:<invalid>|(\d+)([yd]))", RegexOptions.CultureInvariant)]
    private static partial Regex Residual();
}
