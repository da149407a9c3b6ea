using System.Globalization;

namespace ClusterPanel.Web.Tests.Inputs;

/// <summary>Hosts and their keys.</summary>
internal static class BadHosts
{
    public static readonly ApiRequest One = ApiRequest.Post("", """{"name":"fresh1","address":"10.0.1.1","port":22,"user":"admin"}""");
    public static readonly ApiRequest Add = Adding(One);
    public static readonly ApiRequest Trust = ApiRequest.Post("/hosts/{new1}/trust", """{"fingerprint":"SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","replace":false}""");
    private static readonly ApiRequest AddList = ApiRequest.Post("/hosts", """{"credentialId":"{credential}","list":""}""");

    public static IEnumerable<BadInput> Rows() => [.. Names(), .. Addresses(), .. Ports(), .. Lists(), .. Bodies(), .. Keys()];

    private static ApiRequest Adding(ApiRequest host) => ApiRequest.Post("/hosts", """{"credentialId":"{credential}"}""").With("hosts", $"[{host.Json}]");

    private static IEnumerable<BadInput> Names()
    {
        foreach (var (what, text) in Nasty.Hidden.Concat(Nasty.Meta).Append(("nothing", "")).Append(("a blank", " ")).Append(("64 letters", Nasty.Long(64))).Append(("a megabyte less", Nasty.Long(900_000)))
            .Append(("an underscore", "a_b")).Append(("a hyphen first", "-a")).Append(("a dot last", "a.")))
        {
            yield return Adding(One.WithText("name", text)).Bad($"host name: {what}", "name");
        }

        foreach (var (what, text) in Nasty.Hidden.Concat(Nasty.Meta).Append(("nothing", "")).Append(("33 letters", Nasty.Long(33))).Append(("a short option", "-l")).Append(("a digit first", "1a")))
        {
            yield return Adding(One.WithText("user", text)).Bad($"host user: {what} given", "user");
        }

        yield return Adding(One.Without("name")).Bad("host name: left out", "name");
        yield return Adding(One.With("name", "null")).Bad("host name: null", "name");
        foreach (var (what, json) in Nasty.NoText)
        {
            yield return Adding(One.With("name", json)).Bad($"host name: {what}", "hosts");
            yield return Adding(One.With("address", json)).Bad($"host address: {what}", "hosts");
        }
    }

    private static IEnumerable<BadInput> Addresses()
    {
        (string, string)[] own =
        [
            ("nothing", ""), ("a leading zero", "010.0.0.1"), ("three parts", "10.0.0"), ("one number", "167772161"), ("hexadecimal", "0x0a.0.0.1"), ("a part of 256", "10.0.0.256"), ("a prefix", "10.0.0.1/24"),
            ("a zone", "fe80::1%eth0"), ("brackets", "[::1]"), ("an IPv6 prefix", "::1/64"), ("three colons", "1:::1"), ("an URL", "http://10.0.0.1"), ("a user in it", "root@10.0.0.1"), ("a port in it", "10.0.0.1:22"),
            ("two dots", "a..b"), ("a hyphen first", "-h"), ("254 letters", string.Join('.', Enumerable.Repeat(Nasty.Long(63), 4))[..254]), ("a label of 64", Nasty.Long(64) + ".example"), ("a megabyte less", Nasty.Long(900_000)),
        ];
        return Nasty.Hidden.Concat(Nasty.Meta.Where(m => m.Text != "--help")).Concat(own).Select(t => Adding(One.WithText("address", t.Item2)).Bad($"host address: {t.Item1}", "address"))
            .Append(Adding(One.Without("address")).Bad("host address: left out", "address"));
    }

    private static IEnumerable<BadInput> Ports() =>
    [
        .. new[] { "0", "-1", "65536", "2147483647" }.Select(p => Adding(One.With("port", p)).Bad($"host port: {p}", "port")),
        .. new[] { "22.5", "\"22\"", "1e99", "99999999999", "true", "[22]", "0x16" }.Select(p => Adding(One.With("port", p)).Bad($"host port: {p}", "hosts")),
    ];

    private static IEnumerable<BadInput> Lists()
    {
        (string, string)[] lists =
        [
            ("nothing", ""), ("only a comment", "# h1 10.0.0.1"), ("a name only", "h1"), ("four words", "h1 10.0.1.1 root x"), ("a part of 300", "h1 10.0.1.300"), ("a command", "h1 $(reboot)"), ("HTML", "<b>h1</b> 10.0.1.1"),
            ("port 0", "h1 10.0.1.1:0"), ("port 65536", "h1 10.0.1.1:65536"), ("port x", "h1 10.0.1.1:x"), ("a range backwards", "h1 10.0.1.9-10.0.1.1"), ("a range without end", "h1 10.0.1.1-"),
            ("a range of a /8", "h1 10.0.0.0-10.255.255.255"), ("a name twice", "h1 10.0.1.1\nH1 10.0.1.2"), ("an address twice", "h1 10.0.1.1\nh2 10.0.1.1"), ("a NUL", "h\01 10.0.1.1"), ("a port and a NUL", "h1 10.0.1.1:22\0"), ("a range and a NUL", "h1 10.0.1.1-9\0"), ("a direction override", "h\u202e1 10.0.1.1"),
            ("a user that is an option", "h1 10.0.1.1 -oProxyCommand=x"), ("1001 hosts", Many(1001)), ("100,000 hosts", string.Join('\n', Enumerable.Repeat("h 10.0.0.0-10.0.3.231", 100))), ("100,000 wrong lines", string.Concat(Enumerable.Repeat("x\n", 100_000))),
            ("a word of 500,000 letters", Nasty.Long(500_000)), ("a port of 400,000 letters", "h1 10.0.1.1:" + Nasty.Long(400_000)), ("a range's end of 400,000 letters", "h1 10.0.1.1-" + Nasty.Long(400_000)),
        ];
        return lists.Select(l => AddList.WithText("list", l.Item2).Bad($"host list: {l.Item1}", "list")).Concat(Nasty.NoTextIn(AddList, "list", "host list"));
    }

    private static IEnumerable<BadInput> Bodies() =>
    [
        Add.With("hosts", "[]").Bad("hosts: none", "hosts"),
        Add.With("hosts", "null").Bad("hosts: null", "hosts"),
        Add.With("hosts", "[null]").Bad("hosts: a null among them", "name"),
        Add.With("hosts", "[{}]").Bad("hosts: an empty one", "address"),
        Add.With("hosts", "[[]]").Bad("hosts: a list in the list", "hosts"),
        Add.With("hosts", "{}").Bad("hosts: an object", "hosts"),
        Add.With("hosts", "\"h1\"").Bad("hosts: a text", "hosts"),
        Add.With("hosts", $"[{One.With("sudo", "true").Json}]").Bad("hosts: an unknown field in one", "hosts"),
        Add.With("hosts", $"[{One.Again("name", "\"other\"").Json}]").Bad("hosts: a field twice in one", "hosts"),
        Add.With("hosts", $"[{string.Join(',', Enumerable.Range(0, 1001).Select(i => One.WithText("name", $"h{i}").WithText("address", $"10.1.{i / 250}.{i % 250}").Json))}]").Bad("hosts: 1001", "hosts"),
        Add.With("hosts", string.Concat(Enumerable.Repeat("[", 10_000)) + string.Concat(Enumerable.Repeat("]", 10_000))).Bad("hosts: 10,000 levels deep", "hosts"),
        Add.With("hosts", $"[{One.WithText("name", "master1").Json}]").Refused("hosts: a name that is taken", 409),
        Add.With("hosts", $"[{One.WithText("address", "10.0.0.11").Json}]").Refused("hosts: an address that is taken", 409),
        Add.With("hosts", $"[{One.Json},{One.WithText("address", "10.0.1.2").Json}]").Refused("hosts: a name twice", 409),
        Add.Without("credentialId").Bad("credentialId of hosts: left out", "credentialId"),
        Add.With("credentialId", "null").Bad("credentialId of hosts: null", "credentialId"),
        Add.With("credentialId", "7").Bad("credentialId of hosts: a number", "credentialId"),
        Add.WithText("credentialId", "root").Bad("credentialId of hosts: a name", "credentialId"),
        Add.WithText("credentialId", "../{credential}").Bad("credentialId of hosts: a path", "credentialId"),
        Add.WithText("credentialId", Guid.NewGuid().ToString()).Bad("credentialId of hosts: of no credential", "credentialId"),
        Add.WithText("credentialId", Guid.Empty.ToString()).Bad("credentialId of hosts: zeros", "credentialId"),
        Add.With("trusted", "true").Bad("hosts: a field that is not there", "trusted"),
        Add.Again("hosts", "[]").Bad("hosts: twice", "hosts"),
    ];

    private static IEnumerable<BadInput> Keys() =>
    [
        Trust.Without("fingerprint").Bad("fingerprint: left out", "fingerprint"),
        Trust.With("fingerprint", "null").Bad("fingerprint: null", "fingerprint"),
        .. Nasty.NoTextIn(Trust, "fingerprint", "fingerprint"),
        Trust.Refused("fingerprint: of another key", 409),
        Trust.WithText("fingerprint", Nasty.Long(900_000)).Refused("fingerprint: 900,000 letters", 409),
        Trust.WithText("fingerprint", "<script>alert(1)</script>").Refused("fingerprint: HTML", 409),
        Trust.With("replace", "\"yes\"").Bad("replace: a text", "replace"),
        Trust.With("replace", "1").Bad("replace: a number", "replace"),
        Trust.With("replace", "null").Bad("replace: null", "replace"),
        Trust.With("force", "true").Bad("trust: a field that is not there", "force"),
        Trust.At($"/hosts/{Guid.Empty}/trust").Refused("trust: of no host", 409),
        Trust.At("/hosts/new1/trust").Refused("trust: a name in the path", 404),
        Trust.At("/hosts/..%2f..%2fetc%2fpasswd/trust").Refused("trust: a path upwards", 404),
        ApiRequest.Post("/hosts/%ff%fe/probe").Refused("probe: no UTF-8 in the path", 404),
        ApiRequest.Post($"/hosts/{Guid.Empty}/probe").Refused("probe: of no host", 409),
        ApiRequest.Post($"/hosts/{Guid.Empty}/read-key").Refused("read-key: of no host", 409),
        ApiRequest.Post("/hosts/$(reboot)/read-key").Refused("read-key: a command in the path", 404),
        new ApiRequest("DELETE", "/hosts/{master1}").Refused("delete host: a node", 409),
        new ApiRequest("DELETE", "/hosts/*").Refused("delete host: all of them", 404),
        ApiRequest.Get("/hosts/00000000-0000-0000-0000-00000000000g").Refused("host: an identity with a g", 404),
    ];

    private static string Many(int count) => string.Join('\n', Enumerable.Range(0, count).Select(i => string.Create(CultureInfo.InvariantCulture, $"h{i} 10.1.{i / 250}.{i % 250 + 1}")));
}
