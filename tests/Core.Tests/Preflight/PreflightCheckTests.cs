using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Hosts;
using ClusterPanel.Core.Preflight;

namespace ClusterPanel.Core.Tests.Preflight;

public sealed class PreflightCheckTests
{
    [Fact]
    public void Judge_GoodHost_PassesEveryCheck()
    {
        IPreflightCheck[] checks =
        [
            new OperatingSystemCheck(), new ArchitectureCheck(), new CpuCheck(), new MemoryCheck(), new DiskCheck(), new HostNameCheck(), new ClockCheck(),
            new PortsCheck(), new LeftoversCheck(), new RuntimeCheck(), new SwapCheck(), new ToolsCheck(), new LoadBalancerCheck(),
        ];

        Assert.All(checks, c => Assert.Equal(Verdict.Ok, Judge(c, Samples.Facts(1), NodeRole.ControlPlane).Verdict));
        Assert.All(checks, c => Assert.Equal(Verdict.Ok, Judge(c, Samples.Facts(1), NodeRole.Worker).Verdict));
        Assert.All(checks, c => Assert.Null(Judge(c, Samples.Facts(1), NodeRole.Worker).Fix));
    }

    [Theory]
    [InlineData(0, Verdict.Failed)]
    [InlineData(218, Verdict.Failed)]
    [InlineData(219, Verdict.Ok)]
    public void OperatingSystem_SystemdVersion_IsJudged(int version, Verdict expected) => Verdicts(new OperatingSystemCheck(), Samples.Facts(1) with { SystemdVersion = version }, expected, expected);

    [Theory]
    [InlineData("amd64", Verdict.Ok)]
    [InlineData("arm64", Verdict.Failed)]
    public void Architecture_Each_IsComparedWithThePackage(string architecture, Verdict expected) => Verdicts(new ArchitectureCheck(), Samples.Facts(1) with { Architecture = architecture }, expected, expected);

    [Theory]
    [InlineData(1, Verdict.Failed, Verdict.Ok)]
    [InlineData(2, Verdict.Ok, Verdict.Ok)]
    public void Cpu_Count_IsJudgedByRole(int cpus, Verdict master, Verdict worker) => Verdicts(new CpuCheck(), Samples.Facts(1) with { Cpus = cpus }, master, worker);

    [Theory]
    [InlineData(699, Verdict.Failed, Verdict.Failed)]
    [InlineData(700, Verdict.Failed, Verdict.Ok)]
    [InlineData(1699, Verdict.Failed, Verdict.Ok)]
    [InlineData(1700, Verdict.Ok, Verdict.Ok)]
    public void Memory_Size_IsJudgedByRole(long mib, Verdict master, Verdict worker) => Verdicts(new MemoryCheck(), Samples.Facts(1) with { MemoryMiB = mib }, master, worker);

    // The sample package: 250 MiB packed, 700 MiB unpacked.
    [Theory]
    [InlineData(949, 50_000, 50_000, Verdict.Failed)]
    [InlineData(950, 50_000, 50_000, Verdict.Warning)]
    [InlineData(50_000, 699, 50_000, Verdict.Failed)]
    [InlineData(50_000, 50_000, 349, Verdict.Failed)]
    [InlineData(10_240, 10_240, 10_239, Verdict.Warning)]
    [InlineData(10_240, 10_240, 10_240, Verdict.Ok)]
    public void Disk_FreeRoom_IsJudgedByThePackage(long panel, long containerd, long programs, Verdict expected) => Verdicts(
        new DiskCheck(),
        Samples.Facts(1) with { FreeMiB = new Dictionary<string, long> { ["/var/lib/clusterpanel"] = panel, ["/var/lib/containerd"] = containerd, ["/usr/bin"] = programs } },
        expected,
        expected);

    [Theory]
    [InlineData("", Verdict.Failed)]
    [InlineData("localhost", Verdict.Failed)]
    [InlineData("localhost.localdomain", Verdict.Failed)]
    [InlineData("H2", Verdict.Failed)]
    [InlineData("h1", Verdict.Ok)]
    public void HostName_Each_MustBeItsOwn(string name, Verdict expected) => Verdicts(new HostNameCheck(), Samples.Facts(1) with { HostName = name }, expected, expected);

    [Theory]
    [InlineData(0.0, Verdict.Ok, "0.0 s ahead")]
    [InlineData(0.99, Verdict.Ok, "1.0 s ahead")]
    [InlineData(-1.5, Verdict.Warning, "1.5 s behind")]
    [InlineData(4.9, Verdict.Warning, "4.9 s ahead")]
    [InlineData(-5.0, Verdict.Failed, "5.0 s behind")]
    [InlineData(3600, Verdict.Failed, "3600.0 s ahead")]
    public void Clock_Offset_IsJudged(double offset, Verdict expected, string measured)
    {
        var result = Judge(new ClockCheck(), Samples.Facts(1) with { ClockOffsetSeconds = offset }, NodeRole.Worker);

        Assert.Equal((expected, measured), (result.Verdict, result.Measured));
    }

    [Theory]
    [InlineData(6443, Verdict.Failed, Verdict.Ok)]
    [InlineData(2380, Verdict.Failed, Verdict.Ok)]
    [InlineData(10250, Verdict.Failed, Verdict.Failed)]
    [InlineData(10249, Verdict.Ok, Verdict.Ok)]
    public void Ports_InUse_AreJudgedByRole(int port, Verdict master, Verdict worker) => Verdicts(new PortsCheck(), Samples.Facts(1) with { ListeningPorts = [port] }, master, worker);

    [Fact]
    public void Leftovers_OfAnotherKubernetesOrOwner_Fail()
    {
        Verdicts(new LeftoversCheck(), Samples.Facts(1) with { Leftovers = ["/etc/kubernetes/admin.conf"] }, Verdict.Failed, Verdict.Failed);
        Verdicts(new LeftoversCheck(), Samples.Facts(1) with { Owner = "aaaa bbbb" }, Verdict.Failed, Verdict.Failed);
        Assert.Contains("aaaa bbbb", Judge(new LeftoversCheck(), Samples.Facts(1) with { Owner = "aaaa bbbb" }, NodeRole.Worker).Fix);
    }

    [Theory]
    [InlineData("containerd")]
    [InlineData("dockerd")]
    public void Runtime_Installed_IsAWarning(string command) =>
        Verdicts(new RuntimeCheck(), Samples.Facts(1) with { Commands = [.. Samples.Facts(1).Commands, command] }, Verdict.Warning, Verdict.Warning);

    [Fact]
    public void Swap_InUse_IsAWarningThatNamesIt()
    {
        var result = Judge(new SwapCheck(), Samples.Facts(1) with { Swap = ["/dev/sda5", "/swapfile"] }, NodeRole.Worker);

        Assert.Equal((Verdict.Warning, "/dev/sda5, /swapfile"), (result.Verdict, result.Measured));
    }

    [Theory]
    [InlineData("conntrack", "conntrack")]
    [InlineData("curl", "curl")]
    [InlineData("flock", "util-linux")]
    [InlineData("stdbuf", "coreutils")]
    [InlineData("systemd-run", "systemd")]
    public void Tools_OneIsMissing_NamesItAndItsPackage(string command, string package)
    {
        var result = Judge(new ToolsCheck(), Samples.Facts(1) with { Commands = [.. Samples.Facts(1).Commands.Where(c => c != command)] }, NodeRole.Worker);

        Assert.Equal((Verdict.Failed, command), (result.Verdict, result.Measured));
        Assert.Contains($"apt-get install {package} ", result.Fix);
    }

    [Fact]
    public void Tools_ComingWithThePackage_AreNotMissing()
    {
        var facts = Samples.Facts(1) with { Commands = [.. Samples.Facts(1).Commands.Where(c => c is not ("curl" or "conntrack" or "tar"))] };

        var result = Judge(new ToolsCheck(), facts, NodeRole.Worker, null, "curl", "tar");

        Assert.Equal((Verdict.Failed, "conntrack, tar"), (result.Verdict, result.Measured));
        var rest = Judge(new ToolsCheck(), facts with { Commands = [.. facts.Commands, "conntrack", "tar"] }, NodeRole.Worker, null, "curl");
        Assert.Equal((Verdict.Ok, "from the package: curl"), (rest.Verdict, rest.Measured));
    }

    [Fact]
    public void LoadBalancer_IpvsadmComesWithThePackage_IsIpvs()
    {
        var facts = Samples.Facts(1) with { HasIpvs = true, HasNftables = true, Commands = ["nft"] };

        Assert.Equal("IPVS", Judge(new LoadBalancerCheck(), facts, NodeRole.Worker, null, "ipvsadm").Measured);
        Assert.Equal("nftables", Judge(new LoadBalancerCheck(), facts, NodeRole.Worker).Measured);
    }

    [Fact]
    public void Tools_EveryNeededOne_IsLookedFor() =>
        Assert.All(Judge(new ToolsCheck(), Samples.Facts(1) with { Commands = [] }, NodeRole.Worker).Measured.Split(", "), c => Assert.Contains(c, HostFactsScript.LookedFor));

    [Theory]
    [InlineData(null, true, true, Verdict.Ok, "IPVS")]
    [InlineData(null, false, true, Verdict.Ok, "nftables")]
    [InlineData(null, false, false, Verdict.Failed, "none")]
    [InlineData(LoadBalancerKind.Ipvs, true, false, Verdict.Ok, "IPVS")]
    [InlineData(LoadBalancerKind.Ipvs, false, true, Verdict.Failed, "no IPVS")]
    [InlineData(LoadBalancerKind.Nftables, true, true, Verdict.Ok, "nftables")]
    [InlineData(LoadBalancerKind.Nftables, true, false, Verdict.Failed, "none")]
    public void LoadBalancer_EachKernel_IsJudgedByTheWish(LoadBalancerKind? wish, bool ipvs, bool nftables, Verdict expected, string measured)
    {
        var facts = Samples.Facts(1) with { HasIpvs = ipvs, HasNftables = nftables, Commands = ["ipvsadm", "nft"] };

        var worker = Judge(new LoadBalancerCheck(), facts, NodeRole.Worker, wish);

        Assert.Equal((expected, measured), (worker.Verdict, worker.Measured));
        Assert.Equal(Verdict.Ok, Judge(new LoadBalancerCheck(), facts, NodeRole.ControlPlane, wish).Verdict);
    }

    [Fact]
    public void LoadBalancer_KernelWithoutTheCommand_Fails() =>
        Assert.Equal(Verdict.Failed, Judge(new LoadBalancerCheck(), Samples.Facts(1) with { HasIpvs = true, HasNftables = true, Commands = [] }, NodeRole.Worker).Verdict);

    private static void Verdicts(IPreflightCheck check, HostFacts facts, Verdict master, Verdict worker)
    {
        var (ofMaster, ofWorker) = (Judge(check, facts, NodeRole.ControlPlane), Judge(check, facts, NodeRole.Worker));
        Assert.Equal((master, worker), (ofMaster.Verdict, ofWorker.Verdict));
        Assert.Equal(master == Verdict.Ok, ofMaster.Fix is null);
        Assert.Equal(worker == Verdict.Ok, ofWorker.Fix is null);
    }

    private static CheckResult Judge(IPreflightCheck check, HostFacts facts, NodeRole role, LoadBalancerKind? wish = null, params string[] brought) =>
        check.Judge(new PreflightSubject(Samples.Host(1), facts, role, Samples.Package(brought: brought), new ClusterRequest { LoadBalancer = wish }, [Samples.Host(2), Samples.Host(3)]));
}
