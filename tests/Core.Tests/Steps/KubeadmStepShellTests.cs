using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Kubeadm;
using ClusterPanel.Core.Pki;
using ClusterPanel.Core.Steps;
using ClusterPanel.Core.Tests.Kubeadm;
using ClusterPanel.Core.Tests.Shell;

namespace ClusterPanel.Core.Tests.Steps;

/// <summary>Texts around kubeadm, run for real with programs of the test in kubeadm's place.</summary>
public sealed class KubeadmStepShellTests : IDisposable
{
    private const string Token = "abcdef.0123456789abcdef";
    private readonly Sandbox _box = new();

    public KubeadmStepShellTests()
    {
        // kubeadm keeps what it was asked and the configuration it was given; the file "fails" makes it fail.
        _box.Folder.Program("kubeadm", $$"""
            echo "kubeadm $*" >> {{_box.Folder.Path}}/calls
            while [ $# -gt 0 ]; do [ "$1" != --config ] || cat "$2" > {{_box.Folder.Path}}/configuration; shift; done
            [ ! -e {{_box.Folder.Path}}/fails ] || { echo "kubeadm fails" >&2; exit 1; }
            """);
        _box.Folder.Program("journalctl", "exit 0\n");
        _box.Folder.Program("systemctl", $"echo \"systemctl $*\" >> {_box.Folder.Path}/calls\n");
    }

    private bool Joined => File.Exists(_box.Folder["var/lib/clusterpanel/kubeadm/joined"]);

    private bool ConfigurationIsThere => File.Exists(_box.Folder["join.yaml"]);

    public void Dispose() => _box.Dispose();

    // As etcdctl 3.4 and 3.6 print it, the latter with storage version, size in use, its percentage and the quota.
    [Theory]
    [InlineData("https://10.0.0.11:2379, 8e9e05c52164694d, 3.4.13, 20 kB, false, false, 2, 8, 8, \nhttps://10.0.0.12:2379, bf9071f4639c75cc, 3.4.13, 20 kB, true, false, 2, 8, 8, ")]
    [InlineData("https://10.0.0.11:2379, 8e9e05c52164694d, 3.6.4, 3.6.0, 20 kB, 16 kB, 20%, 2.1 GB, false, false, 2, 8, 8, , , false\nhttps://10.0.0.12:2379, bf9071f4639c75cc, 3.6.4, 3.6.0, 20 kB, 16 kB, 20%, 2.1 GB, true, false, 2, 8, 8, , , false")]
    public async Task Leads_StatusOfEachEtcd_NamesTheLeader(string status)
    {
        var result = await _box.RunAsync($"{KubeadmText.LeadsFunction}\nleads", status + "\n");

        Assert.Equal("bf9071f4639c75cc https://10.0.0.12:2379\n", result.Output);
    }

    [Fact]
    public async Task JoinWorker_TokenAndHash_AreInTheConfigurationWhileKubeadmRunsOnly()
    {
        var result = await _box.RunPlannedAsync("join-worker", "h4", "join", $"{Token}\nc0ffee\n");

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        var given = Yaml.ByKind(_box.Folder.Read("configuration"))["JoinConfiguration"];
        Assert.Equal(Token, Yaml.Value(given, "discovery.bootstrapToken.token"));
        Assert.Equal(["sha256:c0ffee"], Yaml.List(given, "discovery.bootstrapToken.caCertHashes"));
        Assert.False(ConfigurationIsThere);
        Assert.True(Joined);
    }

    [Fact]
    public async Task JoinWorker_KubeadmFails_LeavesNoTokenAndNoMark()
    {
        _box.Folder.Write("fails", "");

        var result = await _box.RunPlannedAsync("join-worker", "h4", "join", $"{Token}\nc0ffee\n");

        Assert.Equal((1, "kubeadm fails\n"), (result.ExitCode, result.Error));
        Assert.False(ConfigurationIsThere);
        Assert.False(Joined);
    }

    [Fact]
    public async Task JoinMaster_OldKubernetes_AnnouncesEtcdOnlyWhenKubeletKnowsItsDisk()
    {
        // The node reports 0 at the first question and its disk at the second.
        _box.Folder.Program("kubectl", $"echo kubectl >> {_box.Folder.Path}/calls\nif [ -e {_box.Folder.Path}/asked ]; then echo 47093746742; else : > {_box.Folder.Path}/asked; echo 0; fi\n");

        var result = await _box.RunPlannedAsync("join-control-plane", "h2", "join", $"{Token}\nc0ffee\n");

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Equal(
            ["kubeadm join --config join.yaml --skip-phases=control-plane-join", "kubectl", "kubectl", "kubeadm join phase control-plane-join all --config join.yaml"],
            File.ReadAllLines(_box.Folder["calls"]));
        Assert.True(Joined);
        Assert.False(ConfigurationIsThere);
    }

    [Fact]
    public async Task JoinMaster_NewKubernetes_JoinsInOneGo()
    {
        var result = await _box.RunAsync(Sandbox.Planned("join-control-plane", "h2", "join", Samples.NewVersion), $"{Token}\nc0ffee\n");

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(["kubeadm join --config join.yaml"], File.ReadAllLines(_box.Folder["calls"]));
        Assert.True(Joined);
    }

    [Fact]
    public async Task Init_Configuration_IsTheOneOfThePlan()
    {
        var result = await _box.RunPlannedAsync("kubeadm-init", "h1", "init");

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        var spec = Samples.Spec();
        Assert.Equal(InitConfiguration.Text(spec, spec.Members[0], Samples.Package().Manifest).Trim(), _box.Folder.Read("configuration").Trim().Replace(_box.Folder.Path, "", StringComparison.Ordinal));
    }

    [Fact]
    public async Task EtcdWatch_KubeletRefusedThePod_RestartsKubeletAndSaysSo()
    {
        await Tool.RunAsync("mkfifo", _box.Folder["etc/seen"]);
        _box.Folder.Program("journalctl", "echo 'kubelet: Failed to admit pod etcd-h2_kube-system(1) - Update plugin resources failed'\n");
        _box.Folder.Program("systemctl", $"echo \"$*\" > {_box.Folder["etc/seen"]}\n");
        var text = KubeadmText.EtcdWatch("h2").Replace("sleep 2", "sleep 0.05", StringComparison.Ordinal);

        var result = await _box.RunAsync($"{text}\nread -r said < /etc/seen\nkill \"$watcher\"\necho \"$said\"");

        Assert.Equal("kubelet refused the static pod of etcd because it did not know its disk yet; restarting kubelet\nrestart kubelet\n", result.Output);
    }

    [Theory]
    [InlineData("v1.20.2", "--cri-socket /run/containerd/containerd.sock --skip-phases=update-cluster-status,remove-etcd-member")]
    [InlineData("v1.31.0", "--cri-socket unix:///run/containerd/containerd.sock --skip-phases=remove-etcd-member")]
    public async Task Reset_HalfDoneMaster_LeavesNothingThatLooksLikeOne(string version, string arguments)
    {
        foreach (var file in (string[])["etc/kubernetes/admin.conf", "etc/kubernetes/kubelet.conf", "etc/kubernetes/bootstrap-kubelet.conf", "etc/kubernetes/pki/ca.crt", "etc/kubernetes/manifests/etcd.yaml", "var/lib/etcd/member/wal/0", "var/lib/kubelet/config.yaml"])
        {
            _box.Folder.Write(file, "");
        }

        _box.Folder.Write("fails", "");
        Assert.Equal("partial\n", (await _box.RunPlannedAsync("join-control-plane", "h2", "state")).Output);

        var result = await _box.RunAsync("set -eu\n" + KubeadmText.Reset(KubernetesVersion.Parse(version)));

        Assert.Equal(0, result.ExitCode);
        Assert.Contains($"kubeadm reset -f {arguments}", _box.Folder.Read("calls").Replace(_box.Folder.Path, "", StringComparison.Ordinal));
        Assert.Equal("absent\n", (await _box.RunPlannedAsync("join-control-plane", "h2", "state")).Output);
        Assert.True(Directory.Exists(_box.Folder["var/lib/etcd"]));
    }

    [Fact]
    public async Task State_InitEndedWhileItMadeCertificates_IsPartial()
    {
        Assert.Equal("absent\n", (await _box.RunPlannedAsync("kubeadm-init", "h1", "state")).Output);

        _box.Folder.Write("etc/kubernetes/pki/sa.key", "");

        Assert.Equal("partial\n", (await _box.RunPlannedAsync("kubeadm-init", "h1", "state")).Output);
    }

    [Fact]
    public async Task RestartKubeProxy_PodsThatCopiedTheOldLine_GetTheNewOneInPlace()
    {
        _box.Folder.Write("var/lib/kubelet/pods/one/etc-hosts", "# Kubernetes-managed hosts file (host network).\n127.0.0.1\tlocalhost\n10.0.0.11 apiserver.cluster.local\n10.0.0.12 h2\n");
        _box.Folder.Write("var/lib/kubelet/pods/two/etc-hosts", "127.0.0.1\tlocalhost\n100.64.0.9\tweb-0\n");
        _box.Folder.Program("kubectl", "exit 0\n");
        using var held = File.OpenRead(_box.Folder["var/lib/kubelet/pods/one/etc-hosts"]);

        Assert.Equal(0, (await _box.RunPlannedAsync("join-control-plane", "h2", "restart-kube-proxy")).ExitCode);

        using var reader = new StreamReader(held);
        Assert.Equal("# Kubernetes-managed hosts file (host network).\n127.0.0.1\tlocalhost\n10.0.0.12 apiserver.cluster.local\n10.0.0.12 h2\n", await reader.ReadToEndAsync(TestContext.Current.CancellationToken));
        Assert.Equal("127.0.0.1\tlocalhost\n100.64.0.9\tweb-0\n", _box.Folder.Read("var/lib/kubelet/pods/two/etc-hosts"));
    }

    [Theory]
    [InlineData("10.0.0.11 apiserver.cluster.local\n", "the hosts files of 1 pods name another master\n")]
    [InlineData("10.0.0.12 apiserver.cluster.local\n", "")]
    public async Task Connections_PodsHostsFile_MustNotNameAnotherMaster(string line, string says)
    {
        _box.Folder.Write("var/lib/kubelet/pods/one/etc-hosts", line);
        _box.Folder.Program("ss", "exit 0\n");

        var result = await _box.RunPlannedAsync("join-control-plane", "h2", "connections");

        Assert.Equal((says.Length == 0 ? 0 : 1, says), (result.ExitCode, result.Output));
    }

    [Fact]
    public async Task State_InitEndedWellAndItsApiIsAway_IsDone()
    {
        _box.Folder.Write("etc/kubernetes/admin.conf", "");
        _box.Folder.Write("etc/kubernetes/manifests/kube-apiserver.yaml", "");
        _box.Folder.Program("kubectl", "exit 1\n");
        Assert.Equal("partial\n", (await _box.RunPlannedAsync("kubeadm-init", "h1", "state")).Output);

        _box.Folder.Write("var/lib/clusterpanel/kubeadm/initialised", "");

        Assert.Equal("done\n", (await _box.RunPlannedAsync("kubeadm-init", "h1", "state")).Output);
    }

    [Theory]
    [InlineData("    - --force-new-cluster\n", "yes\n")]
    [InlineData("    - --name=h1\n", "no\n")]
    [InlineData(null, "no\n")]
    public async Task BeginsAnew_TellsWhetherTheFlagIsStillThere(string? manifest, string expected)
    {
        if (manifest is not null)
        {
            _box.Folder.Write("etc/kubernetes/manifests/etcd.yaml", manifest);
        }

        Assert.Equal(expected, (await _box.RunPlannedAsync("join-control-plane", "h2", "begins-anew")).Output);
    }

    [Fact]
    public async Task State_JoinedMaster_IsJoinedOnlyWithTheMark()
    {
        _box.Folder.Write("etc/kubernetes/kubelet.conf", "");
        _box.Folder.Write("etc/kubernetes/manifests/etcd.yaml", "");
        Assert.Equal("partial\n", (await _box.RunPlannedAsync("join-control-plane", "h2", "state")).Output);

        _box.Folder.Write("var/lib/clusterpanel/kubeadm/joined", "");

        Assert.Equal("joined\n", (await _box.RunPlannedAsync("join-control-plane", "h2", "state")).Output);
    }

    [Fact]
    public async Task CopyPki_AfterAHalf_WritesTheFilesReadableByRootOnlyAndNothingElse()
    {
        _box.Folder.Write("etc/kubernetes/pki/apiserver.key", "half of a key");
        var spec = Samples.Spec();
        await File.WriteAllBytesAsync(_box.Folder["files.tar"], MasterFiles.ForFirst(spec, spec.Members[0], Samples.Now), TestContext.Current.CancellationToken);

        var result = await _box.RunAsync($"exec < {_box.Folder["files.tar"]}\n{Sandbox.Planned("kubeadm-init", "h1", "copy-pki")}");

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.StartsWith("-----BEGIN RSA PRIVATE KEY-----", _box.Folder.Read("etc/kubernetes/pki/apiserver.key"), StringComparison.Ordinal);
        foreach (var file in (string[])["pki/ca.key", "pki/sa.key", "pki/etcd/ca.key", "pki/apiserver.key", "admin.conf", "kubelet.conf"])
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_box.Folder["etc/kubernetes/" + file]));
        }
    }

    [Fact]
    public async Task Pki_OfAMaster_IsReadAsAnArchiveOfWhatIsCopied()
    {
        foreach (var file in JoinMaterial.PkiFiles.Append("apiserver.key"))
        {
            _box.Folder.Write("etc/kubernetes/pki/" + file, "content of " + file);
        }

        var packed = await _box.RunPlannedAsync("join-control-plane", "h2", "pki");

        Assert.Equal(0, packed.ExitCode);
        Assert.Equal(JoinMaterial.PkiFiles.Order(StringComparer.Ordinal), FileArchive.Read(packed.RawOutput).Names);
    }

    [Fact]
    public async Task Sans_OfTheConfigMap_AreALineEach()
    {
        _box.Folder.Program("kubectl", """
            cat <<'YAML'
            apiServer:
              certSANs:
              - apiserver.cluster.local
              - "10.0.0.11"
              - '*.example.org'
              timeoutForControlPlane: 4m0s
            networking:
              - no
            YAML
            """);

        Assert.Equal("apiserver.cluster.local\n10.0.0.11\n*.example.org\n", (await _box.RunPlannedAsync("join-control-plane", "h2", "sans")).Output);
    }

    [Theory]
    [InlineData("apiServer:\n  certSANs:\n  - 10.0.0.11\n  - \"old.example.org\"\n  - other.example.org\n  extraArgs:\n    a: \"b\\\\c\"\n  timeoutForControlPlane: 4m0s\netcd:\n  local: {}\n", "10.0.0.11", "other.example.org")]
    [InlineData("apiServer:\n  timeoutForControlPlane: 4m0s\n  certSANs:\n  - old.example.org\n", null, null)]
    [InlineData("apiServer:\n  timeoutForControlPlane: 4m0s\netcd:\n  local: {}\n", null, null)]
    [InlineData("apiServer: {}\nkind: ClusterConfiguration\n", null, null)]
    public async Task WriteNames_ConfigMapOfAnyForm_HasTheWantedNamesAndKeepsTheRest(string configuration, string? first, string? second)
    {
        _box.Folder.Write("configuration", configuration);
        _box.Folder.Program("kubectl", $$"""
            case "$*" in
              *patch*) while [ $# -gt 0 ]; do [ "$1" != -p ] || printf '%s' "$2" > {{_box.Folder.Path}}/patch; shift; done ;;
              *resourceVersion*) printf 4711 ;;
              *) cat {{_box.Folder.Path}}/configuration ;;
            esac
            """);

        var result = await _box.RunPlannedAsync("api-server-names", "h1", "write-names");

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        using var patch = System.Text.Json.JsonDocument.Parse(_box.Folder.Read("patch"));
        Assert.Equal("4711", patch.RootElement.GetProperty("metadata").GetProperty("resourceVersion").GetString());
        var written = patch.RootElement.GetProperty("data").GetProperty("ClusterConfiguration").GetString()!;
        string[] wanted = [.. MasterCertificates.Sans(Samples.Spec() with { ExtraSans = ["k8s.example.org", "2001:db8::5"] })];
        string[] kept = [.. new[] { first, second }.OfType<string>()];
        Assert.Equal([.. kept, .. wanted.Except(kept)], Yaml.List(Yaml.Read(written), "apiServer.certSANs"));

        // Written again, nothing is to be done; and nothing else was touched.
        _box.Folder.Write("configuration", written);
        Assert.Equal("right\n", (await _box.RunPlannedAsync("api-server-names", "h1", "names")).Output);
        string[] Others(string text) => [.. text.Split('\n').Where(l => l.Length > 0 && !l.StartsWith("  - ", StringComparison.Ordinal) && l is not ("  certSANs:" or "apiServer: {}" or "apiServer:"))];
        Assert.Equal(Others(configuration), Others(written));
    }

    [Fact]
    public async Task Names_OneIsMissing_SaysWhich()
    {
        _box.Folder.Program("kubectl", "printf 'apiServer:\\n  certSANs:\\n  - apiserver.cluster.local\\n  - old.example.org\\n'\n");

        Assert.Equal("127.0.0.1 is missing\n", (await _box.RunPlannedAsync("api-server-names", "h1", "names")).Output);
    }

    [Fact]
    public async Task Members_AnswersOfEtcdctl_AreReadAsMembers()
    {
        _box.Folder.Program("etcdctl", $$"""
            echo "$ETCDCTL_API $*" >> {{_box.Folder.Path}}/calls
            case "$1" in
              member) echo '{"members":[{"ID":171,"name":"h1","peerURLs":["https://10.0.0.11:2380"],"clientURLs":["https://10.0.0.11:2379"]}]}' ;;
              endpoint) echo '[{"endpoint":"https://10.0.0.11:2379","health":true,"took":"1ms"}]'; exit 1 ;;
            esac
            """);

        var result = await _box.RunPlannedAsync("verify-cluster", "h1", "members");

        Assert.Equal(0, result.ExitCode);
        var parts = result.Output.Split("\nhealth\n", 2);
        Assert.Equal([new EtcdMember("ab", "h1", "https://10.0.0.11:2380", true)], EtcdQuorum.Parse(parts[0], parts[1]));
        Assert.All(File.ReadAllLines(_box.Folder["calls"]), c => Assert.StartsWith("3 ", c));
    }

    [Fact]
    public async Task Members_NoEtcdctlOnTheHost_IsAskedInEtcdsContainer()
    {
        Assert.SkipWhen(Tool.Exists("etcdctl"), "etcdctl is installed here.");
        _box.Folder.Program("crictl", $$"""
            echo "$*" >> {{_box.Folder.Path}}/calls
            if [ "$1" = ps ]; then echo 4711; else echo '{"members":[]}'; fi
            """);

        await _box.RunPlannedAsync("verify-cluster", "h1", "members");

        Assert.Contains(File.ReadAllLines(_box.Folder["calls"]), c => c.StartsWith("exec 4711 etcdctl member list -w json --endpoints https://127.0.0.1:2379", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("200", 0, "")]
    [InlineData("500", 1, "/readyz answers 500\n")]
    [InlineData("000", 1, "/readyz answers 000\n")]
    public async Task ApiReady_EachAnswer_IsJudgedByItsCode(string code, int exitCode, string said)
    {
        _box.Folder.Write("etc/kubernetes/manifests/kube-apiserver.yaml", "    - kube-apiserver\n    - --advertise-address=10.0.0.11\n    - --allow-privileged=true\n");
        _box.Folder.Program("curl", $"echo \"$*\" > {_box.Folder.Path}/curl\nprintf {code}\n[ {code} != 000 ]\n");

        var result = await _box.RunPlannedAsync("kubeadm-init", "h1", "api-ready");

        Assert.Equal((exitCode, said), (result.ExitCode, result.Output));
        Assert.EndsWith("https://10.0.0.11:6443/readyz\n", _box.Folder.Read("curl"));
    }

    [Theory]
    [InlineData("    - --advertise-address=10.0.0.11")]
    [InlineData("    - \"--advertise-address=10.0.0.11\"")]
    public async Task ApiReady_EachFormOfTheManifest_IsAskedAtItsOwnAddress(string line)
    {
        _box.Folder.Write("etc/kubernetes/manifests/kube-apiserver.yaml", $"    - kube-apiserver\n{line}\n    - --secure-port=6443\n");
        _box.Folder.Program("curl", $"echo \"$*\" > {_box.Folder.Path}/curl\nprintf 200\n");

        Assert.Equal(0, (await _box.RunPlannedAsync("kubeadm-init", "h1", "api-ready")).ExitCode);

        Assert.EndsWith(" https://10.0.0.11:6443/readyz\n", _box.Folder.Read("curl"));
    }

    [Fact]
    public async Task ApiReady_NoApiServer_SaysSo()
    {
        var result = await _box.RunPlannedAsync("kubeadm-init", "h1", "api-ready");

        Assert.Equal((1, "there is no API server here\n"), (result.ExitCode, result.Output));
    }

    [Theory]
    [InlineData("0 0 10.0.0.12:40000 10.0.0.12:6443\n", 0, "")]
    [InlineData("0 0 10.0.0.12:40000 10.0.0.11:6443\n0 0 [::ffff:10.0.0.12]:40002 [::ffff:10.0.0.11]:6443\n", 1, "still connected:")]
    [InlineData("0 0 10.0.0.12:6443 10.0.0.11:40000\n0 0 10.0.0.12:40000 10.0.0.111:6443\n", 0, "")]
    public async Task Connections_OfAMaster_ShowThoseToOtherApiServers(string sockets, int exitCode, string said)
    {
        _box.Folder.Write("sockets", sockets);
        _box.Folder.Program("ss", $"cat {_box.Folder.Path}/sockets\n");

        var result = await _box.RunPlannedAsync("verify-node", "h2", "connections");

        Assert.Equal(exitCode, result.ExitCode);
        Assert.StartsWith(said, result.Output);
    }
}
