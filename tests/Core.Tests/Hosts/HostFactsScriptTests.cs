using ClusterPanel.Core.Hosts;
using ClusterPanel.Core.Tests.Fakes;
using ClusterPanel.Core.Tests.Shell;

namespace ClusterPanel.Core.Tests.Hosts;

public sealed class HostFactsScriptTests
{
    private const string Sample = """
        hostname H1.example
        os "Debian GNU/Linux 12 (bookworm)"
        kernel 6.1.0-18-amd64
        machine x86_64
        cpus 4
        memory 8145312
        free /var/lib/containerd 52428800
        free /usr/bin 1048576
        machine-id 4c4c4544003
        boot-id 9f1c
        cgroup cgroup2fs
        systemd 252
        address eth0 10.0.0.11/24
        address eth1 fd00::11/64
        default-interface eth0
        swap /dev/sda5
        command awk
        command curl
        port 10250
        port 2379
        port 10250
        leftover /etc/kubernetes/admin.conf
        ipvs yes
        nftables yes
        manage-etc-hosts yes
        owner aaaa bbbb
        time 1767323047.500000000
        end ok
        """;

    [Fact]
    public void Parse_Sample_HasEveryFact()
    {
        // Panel time 03:04:05 to 03:04:07, so 03:04:06 in the middle; the host says 03:04:07.5.
        var facts = HostFactsScript.Parse("h1", FakeSessions.Ok(Sample), Samples.Now, Samples.Now.AddSeconds(2));

        Assert.Equal("H1.example", facts.HostName);
        Assert.Equal("Debian GNU/Linux 12 (bookworm)", facts.OperatingSystem);
        Assert.Equal(("6.1.0-18-amd64", "amd64", 4, 7954L), (facts.Kernel, facts.Architecture, facts.Cpus, facts.MemoryMiB));
        Assert.Equal(new Dictionary<string, long> { ["/var/lib/containerd"] = 51200, ["/usr/bin"] = 1024 }, facts.FreeMiB);
        Assert.Equal(("4c4c4544003", "9f1c", 2, 252), (facts.MachineId, facts.BootId, facts.CgroupVersion, facts.SystemdVersion));
        Assert.Equal(["eth0 10.0.0.11/24", "eth1 fd00::11/64"], facts.Addresses);
        Assert.Equal("eth0", facts.DefaultInterface);
        Assert.Equal(["/dev/sda5"], facts.Swap);
        Assert.Equal(["awk", "curl"], facts.Commands.Order());
        Assert.Equal([2379, 10250], facts.ListeningPorts);
        Assert.Equal(["/etc/kubernetes/admin.conf"], facts.Leftovers);
        Assert.True(facts is { HasIpvs: true, HasNftables: true, CloudInitManagesHosts: true });
        Assert.Equal("aaaa bbbb", facts.Owner);
        Assert.Equal(1.5, facts.ClockOffsetSeconds, 0.001);
    }

    [Fact]
    public void Parse_LittleIsKnown_HasSafeValues()
    {
        var facts = HostFactsScript.Parse("h1", FakeSessions.Ok("hostname h1\nmachine riscv64\ncgroup tmpfs\ntime %s.%N\nend ok\n"), Samples.Now, Samples.Now);

        Assert.Equal("riscv64", facts.Architecture);
        Assert.Equal((1, 0, 0, 0.0), (facts.CgroupVersion, facts.SystemdVersion, facts.Cpus, facts.ClockOffsetSeconds));
        Assert.True(facts is { HasIpvs: false, HasNftables: false, CloudInitManagesHosts: false, Owner: null });
        Assert.Empty(facts.Commands);
    }

    [Theory]
    [InlineData(0, "hostname h1\n")]
    [InlineData(1, "hostname h1\nend ok\n")]
    [InlineData(0, "")]
    public void Parse_ScriptDidNotEndWell_Fails(int exitCode, string output)
    {
        var e = Assert.Throws<CommandFailedException>(() => HostFactsScript.Parse("h1", FakeSessions.Result(exitCode, output, "sh: broken\n"), Samples.Now, Samples.Now));

        Assert.Contains("sh: broken", e.Message);
    }

    [Theory]
    [InlineData("dash")]
    [InlineData("busybox")]
    public async Task Text_RunOnThisMachine_TellsItsFacts(string shell)
    {
        Tool.Require(shell);
        var before = DateTimeOffset.UtcNow;

        var result = await Tool.RunAsync(shell, shell == "busybox" ? ["sh"] : [], System.Text.Encoding.UTF8.GetBytes(HostFactsScript.Command.Script));

        var facts = HostFactsScript.Parse("here", FakeSessions.Result(result.ExitCode, result.Output, result.Error), before, DateTimeOffset.UtcNow);
        Assert.Equal((await File.ReadAllTextAsync("/proc/sys/kernel/hostname", TestContext.Current.CancellationToken)).Trim(), facts.HostName);
        Assert.InRange(facts.Cpus, 1, 4096);
        Assert.InRange(facts.MemoryMiB, 100, 100_000_000);
        Assert.Equal((await File.ReadAllTextAsync("/proc/sys/kernel/random/boot_id", TestContext.Current.CancellationToken)).Trim(), facts.BootId);
        Assert.Contains(facts.CgroupVersion, (int[])[1, 2]);
        Assert.Equal(["/usr/bin", "/var/lib/clusterpanel", "/var/lib/containerd", "/var/lib/etcd", "/var/lib/kubelet"], facts.FreeMiB.Keys.Order());
        Assert.All(facts.FreeMiB.Values, free => Assert.True(free > 0));
        Assert.Contains("awk", facts.Commands);
        Assert.All(facts.Commands, c => Assert.Contains(c, HostFactsScript.LookedFor));
        Assert.InRange(facts.ClockOffsetSeconds, -30, 30);
    }

    [Fact]
    public async Task Text_SomebodyListens_SeesThePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Any, 0);
        listener.Start();
        var port = ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
        // The same text, looking for the port of the test.
        var script = HostFactsScript.Command.Script.Replace($"for p in {string.Join(' ', HostFactsScript.Ports)};", $"for p in {port};", StringComparison.Ordinal);

        var result = await Tool.RunAsync("/bin/sh", [], System.Text.Encoding.UTF8.GetBytes(script));

        Assert.Contains($"port {port}\n", result.Output);
    }

    [Fact]
    public async Task EvidenceText_RunOnThisMachine_EndsWithMemoryAndDisks()
    {
        var result = await Tool.RunAsync("/bin/sh", [], System.Text.Encoding.UTF8.GetBytes(Core.Deployments.EvidenceScript.Text));

        Assert.Equal(0, result.ExitCode);
        Assert.Contains("clusterpanel-evidence memory and disks\nMemTotal:", result.Output);
    }
}
