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
        for m in br_netfilter ip_vs ip_vs_rr ip_vs_sh ip_vs_wrr overlay; do [ ! -d /sys/module/$m ] || echo "module: $m"; done
        mountpoint /srv/scratch
        """;

    // The owner's containerd has loaded overlay.
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
        module: overlay
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
        module: ip_vs_sh
        module: ip_vs_wrr
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
        mkdir /tmp/image
        cd /tmp/image
        config=$(head -c 32 /dev/zero | sha256sum | cut -c 1-64).json
        echo "{\"config\": {} }" > $config
        echo "[{\"Config\": \"$config\", \"RepoTags\": [\"owner.local/tool:1\"], \"Layers\": []}]" > manifest.json
        tar -cf - . | ctr -n k8s.io images import -
        rm -r /tmp/image
        """;

    // A snapshot's ipvsadm loads it.
    private const string SnapshotsModule = "modprobe -r ip_vs";

    private const string Images = "ctr -n k8s.io images ls -q";

    // What kube-proxy needs for IPVS, as its documentation asks for: loaded modules, and ipset, which its own image brings and the package's small one does not.
    private const string IpvsForKubeProxy = """
        printf '%s\n' ip_vs ip_vs_rr ip_vs_wrr ip_vs_sh nf_conntrack > /etc/modules-load.d/kube-proxy.conf
        modprobe -a ip_vs ip_vs_rr ip_vs_wrr ip_vs_sh nf_conntrack 2>/dev/null || :
        printf '%s\n' '#!/bin/sh' 'exec busybox chroot /host /usr/sbin/ipset "$@"' > /usr/local/sbin/ipset-for-kube-proxy
        chmod 755 /usr/local/sbin/ipset-for-kube-proxy
        """;

    private const string IpsetInKubeProxy = """
        spec:
          template:
            spec:
              volumes:
              - {name: host, hostPath: {path: /}}
              - {name: ipset, hostPath: {path: /usr/local/sbin/ipset-for-kube-proxy, type: File}}
              containers:
              - name: kube-proxy
                volumeMounts:
                - {name: host, mountPath: /host}
                - {name: ipset, mountPath: /usr/sbin/ipset}
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
        var images = await guest.RunAsync(Images);
        var whole = await HostSnapshot.TakeAsync(guest.RunAsync);
        await guest.RunAsync(SnapshotsModule);

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

        await scenario.DoAsync(new ResetCluster(deployment.ClusterId, []), TimeSpan.FromMinutes(10));
        await IsAsBeforeAsync();
        await guest.RebootAsync();
        await IsAsBeforeAsync();

        async Task IsAsBeforeAsync()
        {
            Assert.Equal(Owners, await guest.RunAsync(Look));
            var differences = string.Join('\n', HostSnapshot.Compare(whole, await HostSnapshot.TakeAsync(guest.RunAsync)));
            Assert.True(differences.Length == 0, differences);
            await guest.RunAsync(SnapshotsModule);
            Assert.Contains("owner.local/tool:1", images, StringComparison.Ordinal);
            Assert.Equal(images, await guest.RunAsync(Images));
        }
    }

    [Fact]
    public async Task KubeProxyInIpvsMode_WithARealKubernetes_LeavesTheVipAlone()
    {
        Assert.SkipWhen(LabGuest.Missing is not null, LabGuest.Missing ?? "");
        Assert.SkipWhen(Scenario.Real is null, "needs a real Kubernetes package: set CLUSTERPANEL_KUBE_PACKAGE");
        await using var scenario = await Scenario.BeginAsync(1);
        await using var guest = await LabGuest.UpAsync("g1", "--mem", "1500M");
        await guest.RunAsync("chpasswd", scenario.Passwords);
        var hosts = await scenario.AddHostsAsync(await scenario.RootPasswordAsync(), new NewHost(guest.Name, guest.Address));
        var deployment = await scenario.StartAsync(await scenario.RequestAsync(hosts, 1, Scenario.Real!));
        await scenario.EndsAsync(deployment, DeploymentStatus.Succeeded, TimeSpan.FromMinutes(45));
        var spec = (await scenario.Backend.Clusters.FindAsync(deployment.ClusterId, None))!.Spec;
        var vip = $"{spec.VirtualIp}:6443";
        var ours = $"ipvsadm -Sn | grep -F -e '{vip}'";
        var rules = await guest.RunAsync(ours);
        var api = "10.96.0.1:443";

        await guest.RunAsync(IpvsForKubeProxy);
        await scenario.Lab.RunAsync("h1", IpvsForKubeProxy);
        await scenario.Lab.RunAsync("h1", $"{Life.Kubectl} -n kube-system patch daemonset kube-proxy -p \"$(cat <<'YAML'\n{IpsetInKubeProxy}\nYAML\n)\"");
        await scenario.Lab.RunAsync("h1", $"{Life.Kubectl} -n kube-system get configmap kube-proxy -o yaml | sed 's/^    mode: .*/    mode: ipvs/' | {Life.Kubectl} apply -f - 2>&1");
        await RestartKubeProxyAsync(scenario);
        await UntilAsync(guest, $"ipvsadm -Sn | grep -qF '{api}'");
        await IsServedAsync(guest, vip, spec.VirtualIp, ours, rules);

        await RestartKubeProxyAsync(scenario);
        await UntilAsync(guest, $"crictl ps --name kube-proxy -q | grep -q .");
        await IsServedAsync(guest, vip, spec.VirtualIp, ours, rules);

        await guest.RunAsync($"ipvsadm -Sn | awk '$1 == \"-A\" && $3 != \"{vip}\" {{ print $2, $3 }}' | while read -r kind service; do ipvsadm -D $kind $service; done");
        await IsServedAsync(guest, vip, spec.VirtualIp, ours, rules);
        await UntilAsync(guest, $"ipvsadm -Sn | grep -qF '{api}'");

        await guest.RebootAsync();
        await UntilAsync(guest, $"curl -sf --max-time 5 --cacert /etc/clusterpanel/ca.crt https://{vip}/readyz");
        await UntilAsync(guest, $"ipvsadm -Sn | grep -qF '{api}'");
        await IsServedAsync(guest, vip, spec.VirtualIp, ours, rules);
        Assert.Equal($"-A -t {vip} -s rr\n-a -t {vip} -r {hosts[0].Address}:6443 -m -w 1\n", rules);
    }

    private static Task<string> RestartKubeProxyAsync(Scenario scenario) => scenario.Lab.RunAsync("h1", $"{Life.Kubectl} -n kube-system delete pod -l k8s-app=kube-proxy --wait=false");

    private static Task UntilAsync(LabGuest guest, string script) => Poll.UntilAsync(() => guest.TryAsync(script), $"on {guest.Name}: {script}", TimeSpan.FromMinutes(8));

    // For twenty seconds every request is answered, the rules stay, and no interface has the VIP.
    private static async Task IsServedAsync(LabGuest guest, string vip, string address, string look, string rules)
    {
        await guest.RunAsync($"for i in $(seq 10); do curl -sf -o /dev/null --max-time 5 --cacert /etc/clusterpanel/ca.crt https://{vip}/readyz || exit 1; sleep 2; done");
        Assert.Equal(rules, await guest.RunAsync(look));
        Assert.Equal("", await guest.RunAsync($"ip -o -4 address show | grep -F {address} || :"));
    }

    private static Task<string> OwnContainerdAsync(LabGuest guest, CgroupDriver driver) => guest.PipeAsync(
        $"tar -xzOf '{Scenario.StandIn}' kube/containerd/cri-containerd-cni-linux.tar.gz",
        OwnContainerd.Replace("DRIVER", driver == CgroupDriver.Systemd ? "true" : "false", StringComparison.Ordinal));

    private static string Cell(Core.Preflight.PreflightReport report, string host, string title) =>
        report.Rows.Single(r => r.HostName == host).Results[report.Checks.ToList().IndexOf(title)].Measured;
}
