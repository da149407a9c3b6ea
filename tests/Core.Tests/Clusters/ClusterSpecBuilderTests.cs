using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Hosts;
using ClusterPanel.Core.Packages;

namespace ClusterPanel.Core.Tests.Clusters;

public sealed class ClusterSpecBuilderTests
{
    private readonly List<Host> _hosts = [.. Enumerable.Range(1, 5).Select(Samples.Host)];
    private readonly ClusterRequest _request = new()
    {
        ClusterId = Samples.ClusterId,
        Name = "blue",
        PackageId = Samples.PackageId,
        MasterHostIds = [Samples.HostId(1), Samples.HostId(2), Samples.HostId(3)],
        WorkerHostIds = [Samples.HostId(4), Samples.HostId(5)],
    };

    [Fact]
    public void Build_GoodRequest_HasEverything()
    {
        var spec = Build();

        Assert.Equal(("blue", Samples.PackageId, "v1.20.2", "conf/net/cni.yaml"), (spec.Name, spec.PackageId, spec.Version.ToString(), spec.CniManifest));
        Assert.Equal(Enumerable.Range(1, 3).Select(i => Samples.Member(i, NodeRole.ControlPlane)), spec.ControlPlane);
        Assert.Equal(Enumerable.Range(4, 2).Select(i => Samples.Member(i, NodeRole.Worker, LoadBalancerKind.Nftables) with { LoadBalancerReason = "its kernel has no IPVS" }), spec.Workers);
        Assert.Equal(CgroupDriver.Systemd, spec.CgroupDriver);
        Assert.Equal("apiserver.cluster.local:6443", spec.ControlPlaneEndpoint);
    }

    [Fact]
    public void Build_OneMaster_IsEnough()
    {
        (_request.MasterHostIds, _request.WorkerHostIds) = ([Samples.HostId(1)], []);

        Assert.Single(Build().Members);
    }

    [Fact]
    public void Build_CapitalsInTheHostName_AreLoweredAsKubeadmDoes()
    {
        Facts(1, f => f with { HostName = "H1.Example" });

        Assert.Equal("h1.example", Build().Members[0].NodeName);
    }

    [Fact]
    public void Build_ReachedByName_TakesTheAddressOfTheDefaultRoute()
    {
        _hosts[0].Address = "h1.example.org";
        Facts(1, f => f with { Addresses = ["docker0 172.17.0.1/16", "eth1 192.168.7.11/24", "eth1 fd00::11/64"], DefaultInterface = "eth1" });

        Assert.Equal("192.168.7.11", Build().Members[0].Address);
    }

    [Fact]
    public void Build_CgroupV1Everywhere_UsesCgroupfs()
    {
        foreach (var i in Enumerable.Range(1, 5))
        {
            Facts(i, f => f with { CgroupVersion = 1 });
        }

        Assert.Equal(CgroupDriver.Cgroupfs, Build().CgroupDriver);
    }

    [Theory]
    [InlineData(true, true, null, LoadBalancerKind.Ipvs, "its kernel has IPVS, and ipvsadm is there")]
    [InlineData(true, false, null, LoadBalancerKind.Ipvs, "its kernel has IPVS, and ipvsadm is there")]
    [InlineData(false, true, null, LoadBalancerKind.Nftables, "its kernel has no IPVS")]
    [InlineData(true, true, LoadBalancerKind.Nftables, LoadBalancerKind.Nftables, "chosen for this cluster")]
    public void Build_LoadBalancer_IsTheWishOrWhatTheKernelHas(bool ipvs, bool nftables, LoadBalancerKind? wish, LoadBalancerKind expected, string reason)
    {
        _request.LoadBalancer = wish;
        Balancers(ipvs, nftables);

        Assert.All(Build().Workers, w => Assert.Equal((expected, reason), (w.LoadBalancer!.Value, w.LoadBalancerReason)));
    }

    [Theory]
    [InlineData(false, false, null)]
    [InlineData(false, true, LoadBalancerKind.Ipvs)]
    [InlineData(true, false, LoadBalancerKind.Nftables)]
    public void Build_LoadBalancerImpossible_NamesTheField(bool ipvs, bool nftables, LoadBalancerKind? wish)
    {
        _request.LoadBalancer = wish;
        Balancers(ipvs, nftables);

        Fails("loadBalancer");
    }

    [Theory]
    [InlineData("")]
    [InlineData("Blue")]
    [InlineData("-blue")]
    [InlineData("blue-")]
    [InlineData("b_lue")]
    [InlineData("blue\n")]
    [InlineData("a2345678901234567890123456789012345678901")]
    [InlineData("taken")]
    public void Build_BadName_NamesTheField(string name)
    {
        _request.Name = name;

        Fails("name");
    }

    public static TheoryData<string, string> BadNetworks => new()
    {
        { "podSubnet", "" }, { "podSubnet", "10.244.0.0" }, { "podSubnet", "10.244.0.0/25" }, { "podSubnet", "10.0.0.0/16" },
        { "serviceSubnet", "nonsense" }, { "serviceSubnet", "10.96.0.0/25" }, { "serviceSubnet", "172.16.0.0/11" }, { "serviceSubnet", "100.64.0.0/16" }, { "serviceSubnet", "10.0.0.0/16" },
        { "virtualIp", "" }, { "virtualIp", "10.103.97" }, { "virtualIp", "fd00::1" }, { "virtualIp", "100.64.1.1" }, { "virtualIp", "10.0.0.99" }, { "virtualIp", "10.0.0.11" }, { "virtualIp", "10.96.7.7" },
        { "dnsDomain", "" }, { "dnsDomain", "Cluster.local" }, { "dnsDomain", "cluster..local" }, { "dnsDomain", "-a.local" },
        { "apiServerName", "" }, { "apiServerName", "apiserver" }, { "apiServerName", "API.local" }, { "apiServerName", "a b.local" },
        { "podSubnet", "127.0.0.0/16" }, { "serviceSubnet", "224.0.0.0/16" }, { "virtualIp", "0.0.0.0" }, { "virtualIp", "127.0.0.1" }, { "virtualIp", "239.1.1.1" },
        { "apiServerName", "10.0.0.1" }, { "apiServerName", "api.1" }, { "extraSans", "A.example" }, { "extraSans", "*.10.0.0.1" }, { "extraSans", "10.0.0.300" },
        { "extraSans", "a_b" }, { "extraSans", "[::1]" }, { "extraSans", "*.*.example" }, { "extraSans", "a\"b" },
    };

    [Theory]
    [MemberData(nameof(BadNetworks))]
    public void Build_BadNetworkValue_NamesTheField(string field, string value)
    {
        _ = field switch
        {
            "podSubnet" => _request.PodSubnet = value,
            "serviceSubnet" => _request.ServiceSubnet = value,
            "virtualIp" => _request.VirtualIp = value,
            "dnsDomain" => _request.DnsDomain = value,
            "apiServerName" => _request.ApiServerName = value,
            _ => (_request.ExtraSans = [value])[0],
        };

        Fails(field);
    }

    [Theory]
    [InlineData("panel.example.org")]
    [InlineData("*.example.org")]
    [InlineData("203.0.113.7")]
    [InlineData("2001:db8::7")]
    public void Build_GoodExtraSan_IsKept(string san)
    {
        _request.ExtraSans = [san];

        Assert.Equal([san], Build().ExtraSans);
    }

    [Fact]
    public void Build_PodSubnetTooSmallForTheNodes_NamesTheField()
    {
        // A /24 for each node: five nodes need a /21.
        _request.PodSubnet = "10.244.0.0/22";
        Fails("podSubnet");

        _request.PodSubnet = "10.244.0.0/21";
        Assert.Equal("10.244.0.0/21", Build().PodSubnet);
    }

    [Fact]
    public void Build_NoMaster_NamesTheField()
    {
        _request.MasterHostIds = [];

        Fails("masters");
    }

    [Fact]
    public void Build_HostIsGone_NamesTheField()
    {
        _hosts.RemoveAt(3);

        Fails("workers");
    }

    [Fact]
    public void Build_KeyNotApproved_NamesTheField()
    {
        _hosts[1].TrustedKey = null;

        Fails("masters");
    }

    [Fact]
    public void Build_NeverProbed_NamesTheField()
    {
        _hosts[4].Facts = null;

        Fails("workers");
    }

    [Theory]
    [InlineData("")]
    [InlineData("my_host")]
    [InlineData("-h1")]
    public void Build_HostNameCannotBeANodeName_NamesTheField(string name)
    {
        Facts(1, f => f with { HostName = name });

        Fails("masters");
    }

    [Fact]
    public void Build_NoUsableAddress_NamesTheField()
    {
        Facts(1, f => f with { Addresses = ["eth0 fd00::11/64"] });

        Fails("masters");
    }

    [Fact]
    public void Build_MasterAndWorker_NamesTheField()
    {
        _request.WorkerHostIds.Add(Samples.HostId(1));

        Fails("workers");
    }

    [Fact]
    public void Build_SameHostNameTwice_NamesTheField()
    {
        Facts(2, f => f with { HostName = "H1" });

        Fails("masters");
    }

    // It was removed while it was switched off, reset by hand, and entered a second time.
    [Fact]
    public void Extend_MachineOfAHostThatIsNotCleaned_IsRefused()
    {
        var spec = Samples.Spec();
        var left = spec.Members[4];
        spec = spec with { Members = [.. spec.Members.Take(4)], NotCleaned = [left] };
        var again = Samples.Host(6);
        again.Facts = again.Facts! with { MachineId = "machine-5" };

        var e = Assert.Throws<InvalidInputException>(() => ClusterSpecBuilder.Extend(spec, [], [again.Id], [again, Samples.Host(5)], Samples.Package()));

        Assert.Contains("h6 and h5 have the same /etc/machine-id", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Build_SameMachineIdTwice_NamesTheField()
    {
        Facts(2, f => f with { MachineId = "machine-1" });

        Fails("masters");
    }

    [Fact]
    public void Build_OtherArchitecture_NamesTheField()
    {
        Facts(5, f => f with { Architecture = "arm64" });

        Fails("package");
    }

    [Fact]
    public void Build_NoPackage_NamesTheField() => FailsWith(null, "package");

    [Fact]
    public void Build_PackageTooOld_NamesTheField() => FailsWith(With(m => m with { Version = new KubernetesVersion(1, 19, 16) }), "package");

    [Fact]
    public void Build_NoCniInThePackage_NamesTheField() => FailsWith(With(m => m with { CniManifests = [] }), "cniManifest");

    [Fact]
    public void Build_SeveralCnis_OneMustBeChosen()
    {
        var package = With(m => m with { CniManifests = ["conf/net/a.yaml", "conf/net/b.yaml"] });
        FailsWith(package, "cniManifest");

        _request.CniManifest = "conf/net/b.yaml";
        Assert.Equal("conf/net/b.yaml", ClusterSpecBuilder.Build(_request, _hosts, package, []).CniManifest);

        _request.CniManifest = "../../etc/shadow";
        FailsWith(package, "cniManifest");
    }

    [Fact]
    public void Build_SeveralThingsWrong_NamesAll()
    {
        (_request.Name, _request.VirtualIp, _request.DnsDomain) = ("", "", "");

        Fails("name", "virtualIp", "dnsDomain");
    }

    private ClusterSpec Build() => ClusterSpecBuilder.Build(_request, _hosts, Samples.Package(), ["taken"]);

    private void Fails(params string[] fields) => FailsWith(Samples.Package(), fields);

    private void FailsWith(OfflinePackage? package, params string[] fields)
    {
        var e = Assert.Throws<InvalidInputException>(() => ClusterSpecBuilder.Build(_request, _hosts, package, ["taken"]));

        Assert.Equal(fields.Order(), e.Errors.Select(x => x.Field).Distinct().Order());
        Assert.All(e.Errors, x => Assert.EndsWith(".", x.Message.TrimEnd(')')));
    }

    private void Facts(int host, Func<HostFacts, HostFacts> change) => _hosts[host - 1].Facts = change(_hosts[host - 1].Facts!);

    private void Balancers(bool ipvs, bool nftables)
    {
        foreach (var i in (int[])[4, 5])
        {
            Facts(i, f => f with { HasIpvs = ipvs, HasNftables = nftables, Commands = [.. f.Commands, "ipvsadm"] });
        }
    }

    private static OfflinePackage With(Func<PackageManifest, PackageManifest> change)
    {
        var package = Samples.Package();
        return new OfflinePackage { Id = package.Id, FileName = package.FileName, Path = package.Path, Size = package.Size, Sha256 = package.Sha256, Manifest = change(package.Manifest) };
    }
}
