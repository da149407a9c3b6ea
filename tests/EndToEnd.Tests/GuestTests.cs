using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Deployments;
using ClusterPanel.Core.Hosts;
using ClusterPanel.EndToEnd.Tests.Fixtures;

namespace ClusterPanel.EndToEnd.Tests;

/// <summary>What hosts made of namespaces cannot show: swap, kernel settings, modules, IPVS, and all of it after a reboot.</summary>
public sealed class GuestTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    // One line each: swap areas in use, lines of fstab, values, modules of the kernel that count here.
    private const string Look = """
        echo "swap: $(sed 1d /proc/swaps | cut -d ' ' -f 1 | xargs)"
        sed 's/^/fstab: /' /etc/fstab
        for v in net/ipv4/ip_forward net/bridge/bridge-nf-call-iptables net/bridge/bridge-nf-call-ip6tables vm/swappiness; do
          echo "$v: $(cat /proc/sys/$v 2>/dev/null || echo none)"
        done
        for m in br_netfilter ip_vs ip_vs_rr overlay; do [ ! -d /sys/module/$m ] || echo "module: $m"; done
        mountpoint /srv/scratch
        """;

    private const string Owners = """
        swap: /swapfile
        fstab: # made by hand
        fstab: /swapfile   none           swap    sw                0  0
        fstab: 
        fstab: tmpfs       /srv/scratch   tmpfs   size=16m,nodev    0  0
        net/ipv4/ip_forward: 0
        net/bridge/bridge-nf-call-iptables: none
        net/bridge/bridge-nf-call-ip6tables: none
        vm/swappiness: 10
        /srv/scratch is a mountpoint

        """;

    private const string Ours = """
        swap: 
        fstab: # made by hand
        fstab: #clusterpanel# /swapfile   none           swap    sw                0  0
        fstab: 
        fstab: tmpfs       /srv/scratch   tmpfs   size=16m,nodev    0  0
        net/ipv4/ip_forward: 1
        net/bridge/bridge-nf-call-iptables: 1
        net/bridge/bridge-nf-call-ip6tables: 1
        vm/swappiness: 10
        module: br_netfilter
        module: ip_vs
        module: ip_vs_rr
        module: overlay
        /srv/scratch is a mountpoint

        """;

    // A container runtime of the owner's: used as it is, and there afterwards with what it had.
    private const string OwnContainerd = """
        tar -C / -xz --no-same-owner
        mkdir -p /etc/containerd
        containerd config default | sed "s/^\( *SystemdCgroup = \).*/\1DRIVER/" > /etc/containerd/config.toml
        systemctl daemon-reload
        systemctl enable -q --now containerd
        """;

    [Fact]
    public async Task Create_WorkerWithSwapAndSettingsOfItsOwner_ServesByIpvsAlsoAfterARebootAndIsGivenBack()
    {
        Assert.SkipWhen(LabGuest.Missing is not null, LabGuest.Missing ?? "");
        await using var scenario = await Scenario.BeginAsync(1);
        await using var guest = await LabGuest.UpAsync("g1", "--mem", "1G");
        await guest.RunAsync("chpasswd", scenario.Passwords);
        var hosts = await scenario.AddHostsAsync(await scenario.RootPasswordAsync(), new NewHost(guest.Name, guest.Address));
        var request = await scenario.RequestAsync(hosts, 1, Scenario.StandIn!);
        await OwnContainerdAsync(guest, (await scenario.Backend.Deployments.PreviewAsync(request, None)).Plan.Spec.CgroupDriver);
        await guest.RunAsync(OperatorsThings.Text);
        var before = await guest.RunAsync(Look);
        var whole = await HostSnapshot.TakeAsync(guest.RunAsync);

        var report = await scenario.Backend.Preflight.RunAsync(request, null, None);
        var deployment = await scenario.StartAsync(request);
        await scenario.EndsAsync(deployment, DeploymentStatus.Succeeded, TimeSpan.FromMinutes(15));
        var after = await guest.RunAsync(Look);
        var rules = await guest.RunAsync("ipvsadm -Sn");
        await guest.RebootAsync();
        var spec = (await scenario.Backend.Clusters.FindAsync(deployment.ClusterId, None))!.Spec;
        await Poll.UntilAsync(() => guest.TryAsync($"curl -sf --max-time 5 --cacert /etc/clusterpanel/ca.crt https://{spec.VirtualIp}:6443/readyz"), "the VIP serves after the reboot", TimeSpan.FromMinutes(3));
        var renewed = "kubectl --kubeconfig /etc/kubernetes/admin.conf -n kube-node-lease get lease g1 -o 'jsonpath={.spec.renewTime}'";
        await scenario.UntilHostAsync("h1", $"[ \"$(date -d \"$({renewed})\" +%s)\" -ge {DateTimeOffset.UtcNow.ToUnixTimeSeconds()} ]", TimeSpan.FromMinutes(3));

        Assert.Equal("/swapfile", Cell(report, "g1", "Swap"));
        Assert.Equal("IPVS", Cell(report, "g1", "Load balancer"));
        Assert.Equal(Owners, before);
        Assert.Equal(Ours, after);
        Assert.Equal(LoadBalancerKind.Ipvs, Assert.Single(spec.Workers).LoadBalancer);
        Assert.Equal($"-A -t {spec.VirtualIp}:6443 -s rr\n-a -t {spec.VirtualIp}:6443 -r {hosts[0].Address}:6443 -m -w 1\n", rules);
        Assert.Equal(Ours, await guest.RunAsync(Look));
        Assert.Equal(rules, await guest.RunAsync("ipvsadm -Sn"));

        var preview = await scenario.Backend.Changes.PreviewAsync(new ResetCluster(deployment.ClusterId, []), None);
        var reset = await scenario.Backend.Changes.StartAsync(new ResetCluster(deployment.ClusterId, []), preview.Hash, None);
        await scenario.EndsAsync(reset, DeploymentStatus.Succeeded, TimeSpan.FromMinutes(10));
        Assert.Equal("", string.Join('\n', HostSnapshot.Compare(whole, await HostSnapshot.TakeAsync(guest.RunAsync))));
        Assert.Equal(Owners, await guest.RunAsync(Look));
        await guest.RebootAsync();
        Assert.Equal("", string.Join('\n', HostSnapshot.Compare(whole, await HostSnapshot.TakeAsync(guest.RunAsync))));
        Assert.Equal(Owners, await guest.RunAsync(Look));
    }

    private static Task<string> OwnContainerdAsync(LabGuest guest, CgroupDriver driver) => guest.PipeAsync(
        $"tar -xzOf '{Scenario.StandIn}' kube/containerd/cri-containerd-cni-linux.tar.gz",
        OwnContainerd.Replace("DRIVER", driver == CgroupDriver.Systemd ? "true" : "false", StringComparison.Ordinal));

    private static string Cell(Core.Preflight.PreflightReport report, string host, string title) =>
        report.Rows.Single(r => r.HostName == host).Results[report.Checks.ToList().IndexOf(title)].Measured;
}
