using ClusterPanel.Core.Steps;
using ClusterPanel.Core.Tests.Shell;

namespace ClusterPanel.Core.Tests.Steps;

/// <summary>Texts of the steps that prepare a host, run for real in a folder of the test.</summary>
public sealed class HostStepShellTests : IDisposable
{
    private const string Fstab = "# /etc/fstab\nUUID=1 / ext4 defaults 0 1\nUUID=2\tnone\tswap\tsw 0 0\n#UUID=3 none swap sw 0 0\n/swapfile swap swap defaults 0 0\n/dev/sdb1 /swap xfs defaults 0 0\n";
    private readonly Sandbox _box = new();

    public void Dispose() => _box.Dispose();

    [Fact]
    public async Task SwapOff_LinesInFstab_AreKeptBehindAMarkOnce()
    {
        PretendSwap("");
        _box.Folder.Write("etc/fstab", Fstab);
        Assert.Equal("/etc/fstab turns swap on at boot\n", Undo((await _box.RunPlannedAsync("swap-off", "h1", "swap")).Output));

        Assert.Equal(0, (await _box.RunPlannedAsync("swap-off", "h1", "swap-off")).ExitCode);
        Assert.Equal(0, (await _box.RunPlannedAsync("swap-off", "h1", "swap-off")).ExitCode);

        Assert.Equal(
            "# /etc/fstab\nUUID=1 / ext4 defaults 0 1\n#clusterpanel# UUID=2\tnone\tswap\tsw 0 0\n#UUID=3 none swap sw 0 0\n#clusterpanel# /swapfile swap swap defaults 0 0\n/dev/sdb1 /swap xfs defaults 0 0\n",
            _box.Folder.Read("etc/fstab"));
        Assert.Equal("off\n", (await _box.RunPlannedAsync("swap-off", "h1", "swap")).Output);
    }

    [Fact]
    public async Task SwapOff_UnitThatFstabDoesNotExplain_IsMaskedAndRemembered()
    {
        PretendSwap("dev-zram0.swap loaded active active Compressed swap\ndev-sda5.swap loaded active active Swap partition\n");
        _box.Folder.Write("etc/fstab", Fstab);
        Directory.CreateDirectory(_box.Folder["var/lib/clusterpanel/before"]);

        Assert.Equal(0, (await _box.RunPlannedAsync("swap-off", "h1", "swap-off")).ExitCode);

        Assert.Contains("mask dev-zram0.swap\n", _box.Folder.Read("calls"));
        Assert.DoesNotContain("mask dev-sda5.swap", _box.Folder.Read("calls"));
        Assert.Contains("swapoff -a\n", _box.Folder.Read("calls"));
        Assert.Equal("dev-zram0.swap\n", _box.Folder.Read("var/lib/clusterpanel/before/masked-swap"));
    }

    [Fact]
    public async Task SwapOff_SwapInUse_IsSaid()
    {
        _box.Folder.Write("proc/swaps", "Filename Type Size Used Priority\n/dev/sda5 partition 1 0 -2\n");

        Assert.Equal("swap is in use: /dev/sda5 \n", (await _box.RunPlannedAsync("swap-off", "h1", "swap")).Output);
    }

    [Fact]
    public async Task SwapOff_NoFstab_IsFine()
    {
        PretendSwap("");

        Assert.Equal(0, (await _box.RunPlannedAsync("swap-off", "h1", "swap-off")).ExitCode);
        Assert.Equal("off\n", (await _box.RunPlannedAsync("swap-off", "h1", "swap")).Output);
    }

    [Fact]
    public async Task ClaimHost_Twice_KeepsTheFirstCopies()
    {
        _box.Folder.Write("etc/hosts", "before\n");
        _box.Folder.Write("proc/sys/net/ipv4/ip_forward", "0\n");
        Assert.Equal("", (await _box.RunPlannedAsync("claim-host", "h1", "owner")).Output);
        Assert.Equal("", (await _box.RunPlannedAsync("claim-host", "h1", "leftover")).Output);

        Assert.Equal(0, (await _box.RunPlannedAsync("claim-host", "h1", "claim")).ExitCode);
        _box.Folder.Write("etc/hosts", "after\n");
        Assert.Equal(0, (await _box.RunPlannedAsync("claim-host", "h1", "claim")).ExitCode);

        Assert.Equal("before\n", _box.Folder.Read("var/lib/clusterpanel/before/hosts"));
        Assert.Contains("net.ipv4.ip_forward = 0\n", _box.Folder.Read("var/lib/clusterpanel/before/sysctl"));
        Assert.Equal($"{Samples.PanelId} {Samples.ClusterId} {Samples.Fence.Owner}\n", (await _box.RunPlannedAsync("claim-host", "h1", "owner")).Output);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task State_ModuleOfIpvs_IsNotLoadedByLooking(bool loaded)
    {
        if (loaded)
        {
            _box.Folder.Write("proc/net/ip_vs", "IP Virtual Server\n");
        }

        _box.Folder.Program("ipvsadm", "echo '-A -t 10.9.9.9:80 -s rr'\n");

        var state = await _box.RunAsync($"{HostRecord.StateFunction}\nstate");

        Assert.Equal(loaded, state.Output.Contains("ipvs -A -t 10.9.9.9:80 -s rr\n", StringComparison.Ordinal));
    }

    [Fact]
    public async Task State_SomebodyIsLoggedIn_IsNoDifference()
    {
        _box.Folder.Program("systemctl", """
            case "$*" in
              *list-units*)
                echo nginx.service loaded active running web server
                echo user-runtime-dir@1000.service loaded active exited runtime directory
                echo user@1000.service loaded active running user manager ;;
            esac

            """);

        var state = await _box.RunAsync($"{HostRecord.StateFunction}\nstate");

        Assert.Equal(["active nginx.service"], state.Output.Split('\n').Where(l => l.StartsWith("active ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task OurRules_ChainsThatWereThereBefore_StayWithTheirOldRules()
    {
        _box.Folder.Write("var/lib/clusterpanel/before/state", """
            iptables-nft-save nat :KUBE-SERVICES -
            iptables-nft-save nat -A PREROUTING -j KUBE-SERVICES
            iptables-nft-save nat -A KUBE-SERVICES -j RETURN

            """);
        _box.Folder.Program("iptables-nft-save", """
            cat <<'RULES'
            *nat
            :PREROUTING ACCEPT [0:0]
            :KUBE-SERVICES - [0:0]
            :KUBE-SVC-1 - [0:0]
            -A PREROUTING -j KUBE-SERVICES
            -A OUTPUT -j KUBE-SERVICES
            -A KUBE-SERVICES -j RETURN
            -A KUBE-SERVICES -d 10.96.0.1/32 -j KUBE-SVC-1
            -A KUBE-SVC-1 -j RETURN
            COMMIT
            RULES

            """);

        var result = await _box.RunAsync($"{HostCleaning.Functions(Samples.Spec())}\nour_rules iptables-nft nat");

        Assert.Equal("""
            -D OUTPUT -j KUBE-SERVICES
            -D KUBE-SERVICES -d 10.96.0.1/32 -j KUBE-SVC-1
            :KUBE-SVC-1 - [0:0]
            -X KUBE-SVC-1

            """, result.Output);
    }

    [Fact]
    public async Task ClaimHost_FilesThatKubeadmResetTakesAway_AreKept()
    {
        _box.Folder.Write("var/lib/kubelet/config.json", "credentials\n");
        _box.Folder.Write("var/lib/cni/networks/own", "10.1.1.1\n");
        File.WriteAllBytes(_box.Folder["var/lib/kubelet/large"], new byte[2_000_000]);

        Assert.Equal(0, (await _box.RunPlannedAsync("claim-host", "h1", "claim")).ExitCode);

        Assert.Equal("credentials\n", _box.Folder.Read($"var/lib/clusterpanel/before/files{_box.Folder.Path}/var/lib/kubelet/config.json"));
        Assert.Equal("10.1.1.1\n", _box.Folder.Read($"var/lib/clusterpanel/before/files{_box.Folder.Path}/var/lib/cni/networks/own"));
        Assert.False(File.Exists(_box.Folder[$"var/lib/clusterpanel/before/files{_box.Folder.Path}/var/lib/kubelet/large"]));
        Assert.Contains($"{_box.Folder.Path}/var/lib/kubelet/config.json\n", _box.Folder.Read("var/lib/clusterpanel/before/kept"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ClaimHost_FolderIsALinkToAnotherDisk_WhatItHoldsIsListedAndItsOwnRightsAreKept()
    {
        LinkToAnotherDisk("var/lib/etcd", "own");
        File.SetUnixFileMode(_box.Folder["ssd/etcd"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        Assert.Equal(0, (await _box.RunPlannedAsync("claim-host", "h1", "claim")).ExitCode);

        Assert.Contains($"{_box.Folder.Path}/var/lib/etcd/own\n", _box.Folder.Read("var/lib/clusterpanel/before/trees"), StringComparison.Ordinal);
        Assert.Matches($"(?m)^700 .* {_box.Folder.Path}/var/lib/etcd$", _box.Folder.Read("var/lib/clusterpanel/before/modes"));
    }

    [Fact]
    public async Task NewIn_FolderIsALinkToAnotherDisk_NamesWhatCameThere()
    {
        LinkToAnotherDisk("var/lib/etcd", "own", "member");
        _box.Folder.Write("var/lib/clusterpanel/before/trees", $"{_box.Folder.Path}/var/lib/etcd\n{_box.Folder.Path}/var/lib/etcd/own\n");

        var result = await _box.RunAsync($"{HostCleaning.Functions(Samples.Spec())}\nnew_in /var/lib/etcd");

        Assert.Equal($"{_box.Folder.Path}/var/lib/etcd/member\n", result.Output);
    }

    // A worker beside its owner's etcd, which has written since the record was made.
    [Fact]
    public async Task NewIn_AnotherEtcdsFolder_StaysWithWhatCameIntoIt()
    {
        string[] files = ["member/wal/0.wal", "default/member/wal/0.wal", "default/member/wal/1.wal", "clusterpanel.db"];
        foreach (var file in files)
        {
            _box.Folder.Write("var/lib/etcd/" + file, "x");
        }

        string[] before = ["", "/default", "/default/member", "/default/member/wal", "/default/member/wal/0.wal"];
        _box.Folder.Write("var/lib/clusterpanel/before/trees", string.Concat(before.Select(b => $"{_box.Folder.Path}/var/lib/etcd{b}\n")));

        var result = await _box.RunAsync($"{HostCleaning.Functions(Samples.Spec())}\nnew_in /var/lib/etcd");

        Assert.Equal($"{_box.Folder.Path}/var/lib/etcd/clusterpanel.db\n{_box.Folder.Path}/var/lib/etcd/member\n", result.Output);
    }

    [Fact]
    public async Task OurMounts_FolderIsALinkToAnotherDisk_AreFoundThere()
    {
        LinkToAnotherDisk("var/lib/kubelet", "pods");
        _box.Folder.Write("proc/mounts", $"tmpfs {_box.Folder.Path}/ssd/kubelet/pods/a tmpfs rw 0 0\ntmpfs {_box.Folder.Path}/ssd/other tmpfs rw 0 0\n");

        var result = await _box.RunAsync($"{HostCleaning.Functions(Samples.Spec())}\nour_mounts");

        Assert.Equal($"{_box.Folder.Path}/ssd/kubelet/pods/a\n", result.Output);
    }

    [Fact]
    public async Task RestoreFiles_ProgramWithoutItsCopy_StaysAndOthersGoOrComeBack()
    {
        const string before = "var/lib/clusterpanel/before";
        var (program, ours, link) = ($"{_box.Folder.Path}/usr/bin/kubelet", $"{_box.Folder.Path}/usr/bin/kubeadm", $"{_box.Folder.Path}/usr/bin/link");
        _box.Folder.Write("usr/bin/kubelet", "program\n");
        _box.Folder.Write("usr/bin/kubeadm", "program\n");
        Directory.CreateDirectory(_box.Folder["target"]);
        File.CreateSymbolicLink(_box.Folder["usr/bin/link"], _box.Folder["target"]);
        _box.Folder.Write($"{before}/files{link}", "a file\n");
        _box.Folder.Write($"{before}/kept", $"{program}\n{ours}\n{link}\n");
        _box.Folder.Write($"{before}/copied", $"{program}\n{link}\n");

        var result = await _box.RunAsync($"{HostCleaning.Functions(Samples.Spec())}\n{HostCleaning.RestoreFiles}");

        Assert.Equal($"{program} stays: the host has lost its copy of how it was\n", result.Error);
        Assert.Equal((true, false, "a file\n"), (File.Exists(program), File.Exists(ours), _box.Folder.Read("usr/bin/link")));
        Assert.Empty(Directory.GetFiles(_box.Folder["target"]));
    }

    // A folder of the host that is a link to one of that name elsewhere, with folders in it.
    private void LinkToAnotherDisk(string folder, params string[] inside)
    {
        var target = _box.Folder["ssd/" + Path.GetFileName(folder)];
        foreach (var name in inside)
        {
            Directory.CreateDirectory(Path.Combine(target, name));
        }

        Directory.CreateDirectory(Path.GetDirectoryName(_box.Folder[folder])!);
        File.CreateSymbolicLink(_box.Folder[folder], target);
    }

    [Fact]
    public async Task UnloadModules_SchedulersOfIpvs_GoBeforeItAndThoseThatWereThereStay()
    {
        _box.Folder.Write("var/lib/clusterpanel/before/modules", "ip_vs_lc\noverlay\n");
        _box.Folder.Program("lsmod", "printf '%s\\n' 'Module Size Used by' 'ip_vs_sh 16384 0' 'ip_vs_wrr 16384 0' 'ip_vs_lc 16384 0' 'ip_vs 167936 6 ip_vs_sh,ip_vs_wrr,ip_vs_lc'\n");
        _box.Folder.Program("modprobe", $"echo \"$*\" >> {_box.Folder.Path}/calls\n");

        var result = await _box.RunAsync(HostCleaning.UnloadModules);

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Equal("-q -r ip_vs_sh\n-q -r ip_vs_wrr\n-q -r ip_vs\n-q -r ipip\n-q -r br_netfilter\n", _box.Folder.Read("calls"));
    }

    [Fact]
    public async Task ReadRecord_AfterFilesWereChanged_BringsTheirCopiesButNoPrograms()
    {
        _box.Folder.Write("etc/hosts", "before\n");
        _box.Folder.Write("etc/machine-id", "abc\n");
        _box.Folder.Write("etc/crictl.yaml", "mine\n");
        _box.Folder.Write("usr/bin/crictl", "large\n");
        Assert.Equal(0, (await _box.RunPlannedAsync("claim-host", "h1", "claim")).ExitCode);
        var first = await _box.RunPlannedAsync("claim-host", "h1", "read-record");
        await _box.RunAsync($"{HostRecord.KeepFunction}\nkeep /etc/crictl.yaml /usr/bin/crictl");
        _box.Folder.Write("var/lib/clusterpanel/installed/containerd", "");

        var later = await _box.RunPlannedAsync("verify-node", "h1", "read-record");
        Directory.Delete(_box.Folder["var/lib/clusterpanel"], recursive: true);
        await File.WriteAllBytesAsync(_box.Folder["record"], later.RawOutput, TestContext.Current.CancellationToken);
        Assert.Equal(0, (await _box.RunAsync($"exec < {_box.Folder["record"]}\n{Sandbox.Planned("clean-host", "h1", "restore-record")}")).ExitCode);

        Assert.Equal([false, true], new[] { "abc", "def" }.Select(m => HostRecord.IsOfAnotherMachine(first.RawOutput, m)));
        Assert.Equal([false, true], new[] { "abc", "def" }.Select(m => HostRecord.IsOfAnotherMachine(later.RawOutput, m)));
        Assert.Equal("mine\n", _box.Folder.Read($"var/lib/clusterpanel/before/files{_box.Folder.Path}/etc/crictl.yaml"));
        Assert.False(File.Exists(_box.Folder[$"var/lib/clusterpanel/before/files{_box.Folder.Path}/usr/bin/crictl"]));
        Assert.True(File.Exists(_box.Folder["var/lib/clusterpanel/installed/containerd"]));
    }

    [Fact]
    public async Task RestoreRecord_ArchiveIsCutOff_LeavesNoHalfARecord()
    {
        _box.Folder.Write("etc/hosts", "before\n");
        Assert.Equal(0, (await _box.RunPlannedAsync("claim-host", "h1", "claim")).ExitCode);
        var record = (await _box.RunPlannedAsync("claim-host", "h1", "read-record")).RawOutput;
        Directory.Delete(_box.Folder["var/lib/clusterpanel"], recursive: true);

        async Task<(int, string)> RestoreAsync(byte[] bytes)
        {
            await File.WriteAllBytesAsync(_box.Folder["record"], bytes, TestContext.Current.CancellationToken);
            var code = (await _box.RunAsync($"exec < {_box.Folder["record"]}\n{Sandbox.Planned("clean-host", "h1", "restore-record")}")).ExitCode;
            return (code, (await _box.RunPlannedAsync("clean-host", "h1", "record")).Output);
        }

        var (code, there) = await RestoreAsync(record[..(record.Length / 2)]);
        Assert.NotEqual(0, code);
        Assert.Equal("missing\n", there);
        Assert.Equal((0, "there\n"), await RestoreAsync(record));
        Assert.Equal("before\n", _box.Folder.Read("var/lib/clusterpanel/before/hosts"));
    }

    [Fact]
    public async Task ClaimHost_ManySmallFiles_KeepsNoMoreThanThePanelStores()
    {
        for (var i = 1; i <= 4; i++)
        {
            _box.Folder.Write($"var/lib/kubelet/pods/{i} of 4", new string('x', 900_000));
        }

        Assert.Equal(0, (await _box.RunPlannedAsync("claim-host", "h1", "claim")).ExitCode);

        Assert.Equal(2, Directory.GetFiles(_box.Folder[$"var/lib/clusterpanel/before/files{_box.Folder.Path}/var/lib/kubelet/pods"]).Length);
        Assert.False(File.Exists(_box.Folder["var/lib/clusterpanel/before/small"]));
    }

    [Fact]
    public async Task NodeServices_HostThatNeverJoined_IsLeftAlone()
    {
        _box.Folder.Program("systemctl", $"echo \"$*\" >> {_box.Folder.Path}/calls\n");

        var look = await _box.RunPlannedAsync("node-services", "h4", "services");
        var change = await _box.RunPlannedAsync("node-services", "h4", "start-services");

        Assert.Equal("it has not joined\n", look.Output);
        Assert.Equal((1, "It has not joined the cluster, or was reset: remove it, and add it again.\n"), (change.ExitCode, change.Error));
        Assert.False(File.Exists(_box.Folder["calls"]));
    }

    [Theory]
    [InlineData("etc/kubernetes/admin.conf")]
    [InlineData("etc/cni/net.d/10-old.conflist")]
    public async Task ClaimHost_Leftover_IsNamed(string path)
    {
        _box.Folder.Write(path, "");

        var result = await _box.RunPlannedAsync("claim-host", "h1", "leftover");

        Assert.Equal($"{_box.Folder[path]}\n", result.Output);
    }

    [Fact]
    public async Task KernelSettings_ChangeAndLook_EndsRight()
    {
        _box.Folder.Program("modprobe", $"echo \"modprobe $*\" >> {_box.Folder.Path}/calls\n[ \"$1\" != overlay ]\n");
        // sysctl -q -p FILE
        _box.Folder.Program("sysctl", $"sed 's/ = /=/' \"$3\" | while IFS='=' read -r k v; do p={_box.Folder.Path}/proc/sys/$(echo \"$k\" | tr . /); mkdir -p \"${{p%/*}}\"; echo \"$v\" > \"$p\"; done\n");
        Directory.CreateDirectory(_box.Folder["etc/modules-load.d"]);
        Directory.CreateDirectory(_box.Folder["etc/sysctl.d"]);
        Assert.Equal("net.ipv4.ip_forward is not 1\n", (await _box.RunPlannedAsync("kernel-settings", "h5", "settings")).Output);

        var result = await _box.RunPlannedAsync("kernel-settings", "h5", "apply-settings");

        Assert.Equal((0, "module overlay cannot be loaded; it may be built in\n"), (result.ExitCode, result.Error));
        Assert.Equal("right\n", (await _box.RunPlannedAsync("kernel-settings", "h5", "settings")).Output);
        Assert.Equal("overlay\nbr_netfilter\nnf_conntrack\nip_vs\nip_vs_rr\n", _box.Folder.Read("etc/modules-load.d/clusterpanel.conf"));
    }

    [Fact]
    public async Task SendPackage_Unpack_EndsUnpackedAndDropsTheArchive()
    {
        await MakePackageAsync("bin/kubeadm", "bin/kubelet", "bin/kubectl", "images/images.tar");
        Assert.Equal("missing\n", (await _box.RunPlannedAsync("send-package", "h1", "unpacked")).Output);

        var result = await _box.RunPlannedAsync("send-package", "h1", "unpack");

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Equal("unpacked\n", (await _box.RunPlannedAsync("send-package", "h1", "unpacked")).Output);
        Assert.Equal(["0123456789abcdef"], Directory.GetFileSystemEntries(_box.Folder["var/lib/clusterpanel/package"]).Select(Path.GetFileName));
    }

    [Fact]
    public async Task SendPackage_FileIsMissing_FailsAndNamesIt()
    {
        await MakePackageAsync("bin/kubeadm", "bin/kubectl", "images/images.tar");

        var result = await _box.RunPlannedAsync("send-package", "h1", "unpack");

        Assert.Equal((1, "the package lacks kube/bin/kubelet\n"), (result.ExitCode, result.Error));
        Assert.Equal("missing\n", (await _box.RunPlannedAsync("send-package", "h1", "unpacked")).Output);
    }

    [Fact]
    public async Task KubernetesBinaries_ChangeAndLook_EndsRight()
    {
        const string Kube = "var/lib/clusterpanel/package/0123456789abcdef/kube/";
        Directory.CreateDirectory(_box.Folder["usr/bin"]);
        _box.Folder.Program("systemctl", "exit 0\n");
        _box.Folder.Write(Kube + "bin/kubeadm", "new kubeadm");
        _box.Folder.Write(Kube + "bin/kubelet", "new kubelet");
        _box.Folder.Write(Kube + "conf/kubelet.service", "[Unit]\n");
        _box.Folder.Write(Kube + "conf/10-kubeadm.conf", "[Service]\n");
        _box.Folder.Write("usr/bin/kubelet", "old kubelet");
        Assert.Equal("/usr/bin/kubeadm is not the package's\n", Undo((await _box.RunPlannedAsync("kubernetes-binaries", "h1", "binaries")).Output));

        var result = await _box.RunPlannedAsync("kubernetes-binaries", "h1", "install-binaries");

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Equal("right\n", (await _box.RunPlannedAsync("kubernetes-binaries", "h1", "binaries")).Output);
        Assert.Equal("new kubelet", _box.Folder.Read("usr/bin/kubelet"));
        Assert.Equal(["kubeadm", "kubelet"], Directory.GetFiles(_box.Folder["usr/bin"]).Select(Path.GetFileName).Order());
        Assert.True(File.GetUnixFileMode(_box.Folder["usr/bin/kubelet"]).HasFlag(UnixFileMode.OtherExecute));
    }

    [Fact]
    public async Task KubernetesBinaries_PackageIsNotUnpacked_IsAnErrorNotAnAnswer()
    {
        var result = await _box.RunPlannedAsync("kubernetes-binaries", "h1", "binaries");

        Assert.NotEqual(0, result.ExitCode);
        Assert.Equal("", result.Output);
    }

    [Theory]
    [InlineData("      sandbox_image = \"registry.example/pause:3.6\"\n            SystemdCgroup = false\n", "      sandbox_image = \"k8s.gcr.io/pause:3.10\"\n            SystemdCgroup = true\n")]
    [InlineData("      sandbox = 'registry.example/pause:3.10'\n            SystemdCgroup = false\n", "      sandbox = 'k8s.gcr.io/pause:3.10'\n            SystemdCgroup = true\n")]
    public async Task ContainerRuntime_ConfigurationOfEachContainerdVersion_GetsPauseImageAndCgroupDriver(string before, string after)
    {
        _box.Folder.Program("tar", "exit 0\n");
        _box.Folder.Program("systemctl", "exit 0\n");
        _box.Folder.Program("containerd", "cat <<'CONFIG'\n" + before + "CONFIG\n");

        var result = await _box.RunPlannedAsync("container-runtime", "h1", "install-runtime");

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Equal(after, _box.Folder.Read("etc/containerd/config.toml"));
        Assert.Equal("runtime-endpoint: unix:///run/containerd/containerd.sock\n", _box.Folder.Read("etc/crictl.yaml"));
    }

    // A removal that failed elsewhere leaves it a member.
    [Fact]
    public async Task LoadBalancer_HostThatWasGivenBack_GetsNone()
    {
        var result = await _box.RunPlannedAsync("load-balancer", "h4", "install", "-----BEGIN CERTIFICATE-----\nnew\n-----END CERTIFICATE-----\n");

        Assert.Equal((1, "It has not joined the cluster, or was reset: remove it, and add it again.\n"), (result.ExitCode, result.Error));
        Assert.False(File.Exists(_box.Folder["etc/systemd/system/clusterpanel-apilb.service"]));
    }

    [Fact]
    public async Task LoadBalancer_ListChanges_TheUnitNeverSeesHalfOfAFile()
    {
        const string Old = "-----BEGIN CERTIFICATE-----\nold\n-----END CERTIFICATE-----\n";
        const string New = "-----BEGIN CERTIFICATE-----\nnew\n-----END CERTIFICATE-----\n";
        _box.Folder.Program("systemctl", "exit 0\n");
        Directory.CreateDirectory(_box.Folder["etc/systemd/system"]);
        _box.Folder.Write("var/lib/clusterpanel/before/done", "");
        string[] files = ["etc/clusterpanel/ca.crt", "etc/clusterpanel/apilb.conf", "usr/local/lib/clusterpanel/apilb"];
        foreach (var file in files)
        {
            // Whoever has it open goes on reading what it was.
            _box.Folder.Write(file, Old);
            Assert.Equal(0, (await Tool.RunAsync("ln", _box.Folder[file], _box.Folder[file] + ".open")).ExitCode);
        }

        var cut = await _box.RunPlannedAsync("load-balancer", "h4", "install", New[..^8]);
        var afterCut = _box.Folder.Read(files[0]);
        var whole = await _box.RunPlannedAsync("load-balancer", "h4", "install", New);

        Assert.Equal((1, "the CA certificate did not arrive whole\n"), (cut.ExitCode, cut.Error));
        Assert.Equal(Old, afterCut);
        Assert.Equal((0, ""), (whole.ExitCode, whole.Error));
        Assert.Equal(New, _box.Folder.Read(files[0]));
        Assert.All(files, f => Assert.Equal(Old, _box.Folder.Read(f + ".open")));
        Assert.DoesNotContain(Old, files.Select(_box.Folder.Read));
    }

    [Fact]
    public async Task Kubectl_ChangeAndLook_KeepsAConfigThatWasThere()
    {
        _box.Folder.Program("kubectl", "echo \"# completion of $1 $2\"\n");
        _box.Folder.Write("etc/kubernetes/admin.conf", "admin\n");
        _box.Folder.Write("root/.kube/config", "mine\n");
        Assert.Equal("root's kubeconfig is not the admin kubeconfig\n", (await _box.RunPlannedAsync("kubectl", "h1", "configured")).Output);

        Assert.Equal(0, (await _box.RunPlannedAsync("kubectl", "h1", "configure")).ExitCode);
        Assert.Equal(0, (await _box.RunPlannedAsync("kubectl", "h1", "configure")).ExitCode);

        Assert.Equal("right\n", (await _box.RunPlannedAsync("kubectl", "h1", "configured")).Output);
        Assert.Equal("mine\n", _box.Folder.Read($"var/lib/clusterpanel/before/files{_box.Folder.Path}/root/.kube/config"));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_box.Folder["root/.kube/config"]));
        Assert.Equal("# completion of completion bash\n", _box.Folder.Read("etc/bash_completion.d/kubectl"));
    }

    private string Undo(string text) => text.Replace(_box.Folder.Path, "", StringComparison.Ordinal);

    private void PretendSwap(string units)
    {
        _box.Folder.Write("units", units);
        _box.Folder.Program("swapoff", $"echo \"swapoff $*\" >> {_box.Folder.Path}/calls\n");
        _box.Folder.Program("systemctl", $$"""
            echo "$*" >> {{_box.Folder.Path}}/calls
            case "$1" in
              list-units) cat {{_box.Folder.Path}}/units ;;
              show) case "$4" in dev-zram0.swap) echo LoadState=loaded ;; *) echo LoadState=not-found ;; esac ;;
            esac
            """);
    }

    private async Task MakePackageAsync(params string[] files)
    {
        foreach (var file in files)
        {
            _box.Folder.Write("package/kube/" + file, file);
        }

        Directory.CreateDirectory(_box.Folder["var/lib/clusterpanel/package"]);
        var made = await Tool.RunAsync("tar", "-czf", _box.Folder["var/lib/clusterpanel/package/0123456789abcdef.tar.gz"], "-C", _box.Folder["package"], "kube");
        Assert.Equal(0, made.ExitCode);
    }
}
