namespace ClusterPanel.Web.Tests.Inputs;

/// <summary>Wishes for a cluster, refused in the same words by its plan, its creation and the preflight.</summary>
internal static class BadClusters
{
    public static readonly ApiRequest Create = ApiRequest.Post("/clusters", """
        {
          "clusterId": "7b0a7cb4-7a9e-4e8a-8d5f-0f2f3b1c9f00", "planHash": "0", "name": "fresh", "package": "{package}", "masters": ["spare1"], "workers": ["10.0.0.32"],
          "podSubnet": "100.64.0.0/10", "serviceSubnet": "10.96.0.0/16", "dnsDomain": "cluster.local", "apiServerName": "apiserver.cluster.local", "virtualIp": "10.103.97.2",
          "cniManifest": "conf/net/calico.yaml", "loadBalancer": "Nftables", "extraSans": ["panel.example.org", "*.example.org", "203.0.113.7", "2001:db8::7"]
        }
        """);

    private static readonly ApiRequest Preflight = Create.At("/clusters/preflight");

    public static IEnumerable<BadInput> Rows() => [.. Names(), .. Networks(), .. Domains(), .. Hosts(), .. Rest()];

    private static IEnumerable<BadInput> Names()
    {
        (string, string)[] own = [("nothing", ""), ("a blank", " "), ("a capital", "Prod2"), ("a dot", "a.b"), ("a hyphen first", "-a"), ("a hyphen last", "a-"), ("41 letters", Nasty.Long(41)), ("900,000 letters", Nasty.Long(900_000)), ("one that is taken", "prod")];
        return Nasty.Hidden.Concat(Nasty.Meta).Concat(own).In(Create, "name", "cluster name")
            .Concat(Nasty.NoTextIn(Create, "name", "cluster name"))
            .Append(Create.Without("name").Bad("cluster name: left out", "name"))
            .Append(Preflight.WithText("name", "a\nb").Bad("preflight, cluster name: a line break", "name"));
    }

    private static IEnumerable<BadInput> Networks()
    {
        (string, string)[] subnets =
        [
            ("nothing", ""), ("no prefix", "172.16.0.0"), ("an empty prefix", "172.16.0.0/"), ("a prefix of 33", "172.16.0.0/33"), ("a prefix of 99", "172.16.0.0/99"), ("a negative prefix", "172.16.0.0/-1"), ("a prefix with a zero", "172.16.0.0/016"),
            ("a prefix with a sign", "172.16.0.0/+16"), ("a mask", "172.16.0.0/255.255.0.0"), ("two prefixes", "172.16.0.0/16/16"), ("three parts", "172.16.0/16"), ("a leading zero", "172.016.0.0/16"), ("a part of 256", "172.256.0.0/16"),
            ("IPv6", "fd00::/64"), ("both families", "172.16.0.0/16,fd00::/64"), ("too small", "172.16.0.0/25"), ("one address", "172.16.0.1/32"), ("a blank", "172.16.0.0/ 16"), ("a line break", "172.16.0.0/16\n"), ("a NUL", "172.16.0.0/16\0"),
            ("YAML", "172.16.0.0/16\"\n  evil: true"), ("a command", "$(reboot)/16"), ("HTML", "<script>alert(1)</script>"), ("loopback", "127.0.0.0/16"), ("multicast", "224.0.0.0/16"), ("this network", "0.0.0.0/16"), ("reserved", "240.0.0.0/16"),
            ("the hosts' own network", "10.0.0.0/16"), ("a direction override", "172.16.0.0\u202e/16"), ("full-width digits", "\uff11\uff17\uff12.16.0.0/16"), ("500,000 slashes", new string('/', 500_000)),
        ];
        return subnets.In(Create, "podSubnet", "pods").Concat(subnets.In(Create, "serviceSubnet", "Services"))
            .Concat(Nasty.NoTextIn(Create, "podSubnet", "pods")).Concat(Nasty.NoTextIn(Create, "serviceSubnet", "Services"))
            .Append(Create.WithText("podSubnet", "0.0.0.0/0").Bad("pods: everything", "podSubnet"))
            .Append(Create.WithText("serviceSubnet", "172.16.0.0/11").Bad("Services: larger than kubeadm takes", "serviceSubnet"))
            .Append(Create.WithText("serviceSubnet", "100.64.0.0/16").Bad("Services: inside the pods'", "serviceSubnet"))
            .Append(Create.WithText("podSubnet", "10.96.0.0/16").Bad("pods: the Services'", "serviceSubnet"))
            .Append(Preflight.WithText("podSubnet", "172.16.0.0/99").Bad("preflight, pods: a prefix of 99", "podSubnet"))
            .Append(Preflight.WithText("serviceSubnet", "x").Bad("preflight, Services: a letter", "serviceSubnet"));
    }

    private static IEnumerable<BadInput> Domains()
    {
        (string, string)[] addresses =
        [
            ("nothing", ""), ("three parts", "10.103.97"), ("a leading zero", "10.103.97.02"), ("IPv6", "fd00::1"), ("a prefix", "10.103.97.2/32"), ("a name", "vip.example"), ("zeros", "0.0.0.0"), ("loopback", "127.0.0.1"),
            ("multicast", "224.0.0.1"), ("broadcast", "255.255.255.255"), ("among the pods", "100.64.1.1"), ("among the Services", "10.96.7.7"), ("a host's", "10.0.0.31"), ("in a host's network", "10.0.0.99"), ("a line break", "10.103.97.2\n"),
            ("a command", "$(reboot)"), ("HTML", "<b>1</b>"), ("one number", "174547202"),
        ];
        (string, string)[] domains = [("nothing", ""), ("a capital", "Cluster.local"), ("two dots", "cluster..local"), ("a dot last", "cluster.local."), ("a hyphen first", "-a.local"), ("a label of 64", Nasty.Long(64) + ".local"), ("a star", "*.local")];
        return addresses.In(Create, "virtualIp", "VIP").Concat(Nasty.NoTextIn(Create, "virtualIp", "VIP"))
            .Concat(domains.Concat(Nasty.Hidden).Concat(Nasty.Meta).Where(t => t.Item2 != "*").In(Create, "dnsDomain", "DNS domain")).Concat(Nasty.NoTextIn(Create, "dnsDomain", "DNS domain"))
            .Concat(domains.Concat(Nasty.Hidden).Concat(Nasty.Meta).Where(t => t.Item2 != "*").In(Create, "apiServerName", "API server's name")).Concat(Nasty.NoTextIn(Create, "apiServerName", "API server's name"))
            .Append(Create.WithText("dnsDomain", string.Join('.', Enumerable.Repeat("a", 51))).Bad("DNS domain: 101 letters", "dnsDomain"))
            .Append(Create.WithText("apiServerName", "apiserver").Bad("API server's name: no dot", "apiServerName"))
            .Append(Create.WithText("apiServerName", "10.0.0.31").Bad("API server's name: an address", "apiServerName"))
            .Append(Create.WithText("apiServerName", string.Join('.', Enumerable.Repeat("a", 128))).Bad("API server's name: 255 letters", "apiServerName"))
            .Append(Preflight.WithText("virtualIp", "0.0.0.0").Bad("preflight, VIP: zeros", "virtualIp"))
            .Append(Preflight.WithText("dnsDomain", "a b").Bad("preflight, DNS domain: a blank", "dnsDomain"));
    }

    private static IEnumerable<BadInput> Hosts()
    {
        (string, string)[] lists =
        [
            ("a text", "\"spare1\""), ("a number in it", "[7]"), ("a null in it", "[null]"), ("nothing in it", "[\"\"]"), ("a list in it", "[[\"spare1\"]]"), ("half a surrogate pair in it", "[\"\\ud800\"]"), ("an unknown name", "[\"h9\"]"),
            ("an unknown address", "[\"10.9.9.9\"]"), ("an unknown identity", "[\"7b0a7cb4-7a9e-4e8a-8d5f-0f2f3b1c9f99\"]"), ("a range backwards", "[\"10.0.0.9-10.0.0.1\"]"), ("a range of a /8", "[\"10.0.0.0-10.255.255.255\"]"), ("a command", "[\"$(reboot)\"]"),
            ("HTML", "[\"<script>alert(1)</script>\"]"), ("a NUL", "[\"spare1\\u0000\"]"), ("a path", "[\"../spare1\"]"), ("a range and a NUL", "[\"10.0.0.31-32\\u0000\"]"), ("a host without an approved key", "[\"new1\"]"), ("200,000 unknown ones", $"[{string.Join(',', Enumerable.Repeat("\"h\"", 200_000))}]"),
            ("ranges of 100,000 hosts", $"[\"{string.Join(' ', Enumerable.Repeat("10.0.0.0-10.0.3.231", 100))}\"]"), ("a name of 900,000 letters", $"[\"{Nasty.Long(900_000)}\"]"),
        ];
        return lists.SelectMany(l => new[] { Create.With("masters", l.Item2).Bad($"masters: {l.Item1}", "masters"), Create.With("workers", l.Item2).Bad($"workers: {l.Item1}", "workers") })
            .Append(Create.With("masters", "[]").Bad("masters: none", "masters"))
            .Append(Create.Without("masters").Bad("masters: left out", "masters"))
            .Append(Create.With("workers", "[\"spare1\"]").Bad("workers: a master", "workers"))
            .Append(Preflight.With("masters", "[]").With("workers", "[]").Bad("preflight: no hosts", "masters"))
            .Append(Preflight.With("masters", "[\"h9\"]").Bad("preflight, masters: an unknown name", "masters"));
    }

    private static IEnumerable<BadInput> Rest() =>
    [
        .. new[] { "a_b", "a\"b", "[::1]", "*.*.example", "*", "*.10.0.0.1", "a b", "-a", "", "A.example", "10.0.0.256", "010.0.0.1", "fe80::1%eth0", "::1/64", "a\nb", "a\0b", "http://a", "a:6443", "$(reboot)", "<b>", Nasty.Long(300) }
            .Select(s => Create.With("extraSans", $"[{System.Text.Json.JsonSerializer.Serialize(s)}]").Bad($"SAN: {(s.Length > 20 ? "300 letters" : s)}", "extraSans")),
        Create.With("extraSans", "[null]").Bad("SANs: a null", "extraSans"),
        Create.With("extraSans", "\"a\"").Bad("SANs: a text", "extraSans"),
        Create.With("extraSans", $"[{string.Join(',', Enumerable.Range(0, 51).Select(i => $"\"a{i}.example\""))}]").Bad("SANs: 51", "extraSans"),
        Create.Without("package").Bad("package: left out", "package"),
        Create.WithText("package", "9.9.9").Bad("package: a version that is not there", "package"),
        Create.WithText("package", "../../etc/passwd").Bad("package: a path", "package"),
        Create.WithText("package", Nasty.Long(900_000)).Bad("package: 900,000 letters", "package"),
        .. Nasty.NoTextIn(Create, "package", "package"),
        Preflight.Without("package").Bad("preflight, package: left out", "package"),
        Create.WithText("cniManifest", "conf/net/other.yaml").Bad("CNI manifest: none of the package's", "cniManifest"),
        Create.WithText("cniManifest", "../../etc/passwd").Bad("CNI manifest: a path upwards", "cniManifest"),
        Create.WithText("cniManifest", "conf/net/calico.yaml\0").Bad("CNI manifest: a NUL", "cniManifest"),
        Create.With("cniManifest", "7").Bad("CNI manifest: a number", "cniManifest"),
        Create.WithText("loadBalancer", "HAProxy").Bad("load balancer: none there is", "loadBalancer"),
        Create.WithText("loadBalancer", "Ipvs,Nftables").Bad("load balancer: two at once", "loadBalancer"),
        Create.With("loadBalancer", "7").Bad("load balancer: a number", "loadBalancer"),
        Create.WithText("loadBalancer", "Ipvs").Bad("load balancer: one the worker cannot", "loadBalancer"),
        Create.Without("clusterId").Bad("clusterId: left out", "clusterId"),
        Create.WithText("clusterId", "fresh").Bad("clusterId: a name", "clusterId"),
        Create.WithText("clusterId", Guid.Empty.ToString()).Bad("clusterId: zeros", "clusterId"),
        Create.Without("planHash").Bad("planHash: left out", "planHash"),
        Create.With("planHash", "0").Bad("planHash: a number", "planHash"),
        Create.WithText("planHash", "<script>alert(1)</script>").Refused("planHash: of another plan", 409),
        Create.With("version", "\"v1.31.0\"").Bad("cluster: a field that is not there", "version"),
        Create.Again("name", "\"other\"").Bad("cluster: the name twice", "name"),
        Create.At("/clusters?dryRun=maybe").Bad("dryRun: maybe", "dryRun"),
        Create.At("/clusters?dryRun=true&dryRun=false").Bad("dryRun: twice", "dryRun"),
        ApiRequest.Get("/clusters/prod").Refused("cluster: a name in the path", 404),
        ApiRequest.Get($"/clusters/{Guid.Empty}").Refused("cluster: of no cluster", 404),
        ApiRequest.Get("/clusters/{prod}/kubeconfig?server=evil.example").Bad("server: not in the certificate", "server"),
        ApiRequest.Get("/clusters/{prod}/kubeconfig?server=%3Cscript%3Ealert(1)%3C%2Fscript%3E").Bad("server: HTML", "server"),
        ApiRequest.Get("/clusters/{prod}/kubeconfig?server=10.0.0.11%0d%0aX-Evil:%201").Bad("server: a header", "server"),
        ApiRequest.Get("/clusters/{prod}/kubeconfig?server=").Bad("server: nothing", "server"),
        ApiRequest.Get("/clusters/{prod}/kubeconfig?server=10.0.0.11&server=10.0.0.12").Bad("server: twice", "server"),
        ApiRequest.Get("/clusters/{half}/kubeconfig").Refused("kubeconfig: of a cluster that has none", 409),
    ];
}
