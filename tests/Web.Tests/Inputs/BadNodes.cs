namespace ClusterPanel.Web.Tests.Inputs;

/// <summary>Changes of the cluster "prod".</summary>
internal static class BadNodes
{
    public static readonly ApiRequest Add = ApiRequest.Post("/clusters/{prod}/nodes", """{"planHash":"0","masters":["spare1"],"workers":["spare2"]}""");
    public static readonly ApiRequest Preflight = ApiRequest.Post("/clusters/{prod}/nodes/preflight", """{"masters":["spare1"],"workers":["spare2"]}""");
    public static readonly ApiRequest GiveUp = ApiRequest.Post("/clusters/{prod}/nodes/worker1/give-up");
    public static readonly ApiRequest Remove = ApiRequest.Post("/clusters/{prod}/nodes/remove", """{"planHash":"0","masters":[],"workers":["worker1","worker2"],"poweredOff":["worker2"],"drainMinutes":5,"force":false}""");
    public static readonly ApiRequest Replace = ApiRequest.Post("/clusters/{prod}/nodes/master2/replace", """{"planHash":"0","with":"spare1","poweredOff":false,"drainMinutes":5,"force":false}""");
    public static readonly ApiRequest Repair = ApiRequest.Post("/clusters/{prod}/nodes/repair", """{"planHash":"0","hosts":["worker1"]}""");
    public static readonly ApiRequest Clean = ApiRequest.Post("/clusters/{prod}/nodes/clean", """{"planHash":"0","hosts":["left1"]}""");
    public static readonly ApiRequest Reset = ApiRequest.Post("/clusters/{prod}/reset", """{"planHash":"0","name":"prod","leaveOut":["worker2"]}""");
    public static readonly ApiRequest Renew = ApiRequest.Post("/clusters/{prod}/certificates/renew", """{"planHash":"0","certificates":["apiserver"],"hosts":["master1"]}""");
    public static readonly ApiRequest ServerNames = ApiRequest.Post("/clusters/{prod}/api-server-names", """{"planHash":"0","extraSans":["k8s.example.org"]}""");
    public static readonly ApiRequest Uncordon = ApiRequest.Post("/clusters/{prod}/nodes/worker1/uncordon");

    // Lists of nodes that name none.
    private static readonly IReadOnlyList<(string What, string Json)> Strangers =
    [
        ("a text", "\"worker1\""), ("a number in it", "[7]"), ("a null in it", "[null]"), ("nothing in it", "[\"\"]"), ("an unknown name", "[\"h9\"]"), ("a range", "[\"10.0.0.21-22\"]"), ("a command", "[\"$(reboot)\"]"),
        ("HTML", "[\"<script>alert(1)</script>\"]"), ("a NUL", "[\"worker1\\u0000\"]"), ("100,000 names", $"[{string.Join(',', Enumerable.Repeat("\"h\"", 100_000))}]"), ("half a surrogate pair", "[\"\\ud800\"]"),
    ];

    public static IEnumerable<BadInput> Rows() => [.. Adding(), .. Removing(), .. Replacing(), .. Hosts(), .. Certificates(), .. Paths()];

    private static IEnumerable<BadInput> Adding() =>
    [
        .. Strangers.Select(s => Add.With("workers", s.Json).Bad($"added workers: {s.What}", "workers")),
        .. Strangers.Where(s => s.What != "a range").Select(s => Preflight.With("masters", s.Json).Bad($"judged masters: {s.What}", "masters")),
        Add.With("masters", "[]").With("workers", "[]").Bad("added nodes: none", "workers"),
        Add.With("workers", "[\"worker1\"]").Bad("added workers: a member", "workers"),
        Add.With("masters", "[\"left1\"]").Bad("added masters: one that was not cleaned", "masters"),
        Add.With("masters", "[\"new1\"]").Bad("added masters: one without an approved key", "masters"),
        Add.With("workers", "[\"spare1\"]").Bad("added nodes: one as both", "workers"),
        Add.Without("planHash").Bad("added nodes: no hash", "planHash"),
        Add.With("masters", "[]").Refused("added nodes: the hash of another plan", 409),
        Add.With("drainMinutes", "5").Bad("added nodes: a field that is not there", "drainMinutes"),
    ];

    private static IEnumerable<BadInput> Removing() =>
    [
        .. Strangers.Select(s => Remove.With("workers", s.Json).Bad($"removed workers: {s.What}", "workers")),
        Remove.With("masters", "[\"worker1\"]").Bad("removed masters: a worker", "masters"),
        Remove.With("workers", "[\"master1\"]").Bad("removed workers: a master", "workers"),
        Remove.With("masters", "[\"master1\",\"master2\",\"master3\"]").Bad("removed masters: all", "masters"),
        Remove.With("workers", "[]").With("poweredOff", "[]").Bad("removed nodes: none", "workers"),
        Remove.With("workers", "[\"left1\"]").Bad("removed workers: one that has left", "workers"),
        Remove.With("poweredOff", "[\"h9\"]").Bad("powered off: an unknown name", "poweredOff"),
        Remove.With("poweredOff", "[\"master1\"]").Bad("powered off: one that stays", "poweredOff"),
        Remove.With("poweredOff", "true").Bad("powered off: a truth value", "poweredOff"),
        .. new[] { "0", "-5", "121", "2147483647" }.Select(m => Remove.With("drainMinutes", m).Bad($"drain minutes: {m}", "drainMinutes")),
        .. new[] { "1.5", "\"5\"", "1e99", "99999999999", "[]", "true" }.Select(m => Remove.With("drainMinutes", m).Bad($"drain minutes: {m}", "drainMinutes")),
        Remove.With("force", "\"yes\"").Bad("force: a text", "force"),
        Remove.With("force", "null").Bad("force: null", "force"),
        Remove.Without("planHash").Bad("removed nodes: no hash", "planHash"),
    ];

    private static IEnumerable<BadInput> Replacing() =>
    [
        Replace.Without("with").Bad("replacement: left out", "with"),
        Replace.With("with", "null").Bad("replacement: null", "with"),
        .. Nasty.NoTextIn(Replace, "with", "replacement"),
        Replace.WithText("with", "").Bad("replacement: nothing", "with"),
        Replace.WithText("with", "h9").Bad("replacement: an unknown name", "with"),
        Replace.WithText("with", "new1").Bad("replacement: without an approved key", "with"),
        Replace.WithText("with", "worker1").Bad("replacement: a member", "with"),
        Replace.WithText("with", "left1").Bad("replacement: one that was not cleaned", "with"),
        Replace.WithText("with", "master2").Bad("replacement: itself, which answers", "with"),
        Replace.WithText("with", "$(reboot)").Bad("replacement: a command", "with"),
        Replace.With("drainMinutes", "0").Bad("replacement, drain minutes: 0", "drainMinutes"),
        Replace.With("poweredOff", "\"yes\"").Bad("replacement, powered off: a text", "poweredOff"),
        Replace.At("/clusters/{prod}/nodes/worker1/replace").Bad("replaced: a worker", "name"),
        Replace.At("/clusters/{prod}/nodes/h9/replace").Bad("replaced: an unknown name", "name"),
        Replace.At("/clusters/{prod}/nodes/%3Cscript%3E/replace").Bad("replaced: HTML", "name"),
        Replace.At("/clusters/{prod}/nodes/..%2f..%2fetc/replace").Bad("replaced: a path upwards", "name"),
        Replace.At("/clusters/{prod}/nodes/%ff%fe/replace").Bad("replaced: no UTF-8", "name"),
        Replace.At($"/clusters/{{prod}}/nodes/{Nasty.Long(2000)}/replace").Bad("replaced: 2000 letters", "name"),
    ];

    private static IEnumerable<BadInput> Certificates() =>
    [
        .. Strangers.Select(s => Renew.With("hosts", s.Json).Bad($"renewed on: {s.What}", "hosts")),
        .. Strangers.Select(s => Renew.With("certificates", s.Json).Bad($"renewed certificates: {s.What}", "certificates")),
        Renew.With("certificates", "[\"ca\"]").Bad("renewed certificates: a CA", "certificates"),
        Renew.With("certificates", "[\"../../shadow\"]").Bad("renewed certificates: a path upwards", "certificates"),
        Renew.With("hosts", "[\"worker1\"]").Bad("renewed on: a worker, which has no such certificate", "hosts"),
        Renew.With("hosts", "[\"left1\"]").Bad("renewed on: one that has left", "hosts"),
        Renew.Without("planHash").Bad("renewal: no hash", "planHash"),
        Renew.With("hosts", "[\"master1\"]").Refused("renewal: the hash of another plan", 409),
        ServerNames.Without("extraSans").Bad("names of the API servers: left out", "extraSans"),
        .. new[] { "A.example", "a b", "-a", "$(reboot)", "<b>", "a'b", "a\\nb", "[::1]", "10.0.0.300", "*.*.example" }.Select(n => ServerNames.With("extraSans", $"[\"{n}\"]").Bad($"names of the API servers: {n}", "extraSans")),
        ServerNames.With("extraSans", "[null]").Bad("names of the API servers: a null in it", "extraSans"),
        ServerNames.With("extraSans", "\"k8s.example.org\"").Bad("names of the API servers: a text", "extraSans"),
        ServerNames.With("extraSans", $"[{string.Join(',', Enumerable.Range(0, 5000).Select(i => $"\"a{i}.example\""))}]").Bad("names of the API servers: 5000", "extraSans"),
    ];

    private static IEnumerable<BadInput> Hosts() =>
    [
        .. Strangers.SelectMany(s => new[]
        {
            Repair.With("hosts", s.Json).Bad($"repaired: {s.What}", "hosts"),
            Clean.With("hosts", s.Json).Bad($"cleaned: {s.What}", "hosts"),
            Reset.With("leaveOut", s.Json).Bad($"left out of the reset: {s.What}", "leaveOut"),
        }),
        Repair.With("hosts", "[]").Bad("repaired: none", "hosts"),
        Repair.Without("hosts").Bad("repaired: left out", "hosts"),
        Repair.With("hosts", "[\"left1\"]").Bad("repaired: one that has left", "hosts"),
        Clean.With("hosts", "[]").Bad("cleaned: none", "hosts"),
        Clean.With("hosts", "[\"worker1\"]").Bad("cleaned: a member", "hosts"),
        Reset.Without("name").Bad("name of the reset: left out", "name"),
        Reset.WithText("name", "half").Bad("name of the reset: another cluster's", "name"),
        Reset.WithText("name", "PROD").Bad("name of the reset: in capitals", "name"),
        Reset.WithText("name", "prod\0").Bad("name of the reset: a NUL", "name"),
        Reset.WithText("name", "prod ").Bad("name of the reset: a blank behind", "name"),
        Reset.With("name", "true").Bad("name of the reset: a truth value", "name"),
        Reset.With("leaveOut", "[\"master1\",\"master2\",\"master3\",\"worker1\",\"worker2\",\"left1\"]").Bad("left out of the reset: all", "leaveOut"),
        Reset.With("force", "true").Bad("reset: a field that is not there", "force"),
        Reset.Without("planHash").Bad("reset: no hash", "planHash"),
    ];

    private static IEnumerable<BadInput> Paths() =>
    [
        GiveUp.Bad("given up: a member", "name"),
        GiveUp.At("/clusters/{prod}/nodes/h9/give-up").Bad("given up: an unknown name", "name"),
        Uncordon.At("/clusters/{prod}/nodes/h9/uncordon").Bad("uncordoned: an unknown name", "name"),
        Uncordon.At("/clusters/{prod}/nodes/left1/uncordon").Bad("uncordoned: one that has left", "name"),
        Uncordon.At("/clusters/{prod}/nodes/worker1%20--all/uncordon").Bad("uncordoned: an option", "name"),
        Uncordon.At("/clusters/{prod}/nodes/worker1%0a/uncordon").Bad("uncordoned: a line break", "name"),
        Uncordon.At("/clusters/{prod}/nodes/worker1%3breboot/uncordon").Bad("uncordoned: a semicolon", "name"),
        Uncordon.At("/clusters/{half}/nodes/half2/uncordon").Refused("uncordoned: in a cluster that is not ready", 409),
        Uncordon.At($"/clusters/{Guid.Empty}/nodes/worker1/uncordon").Refused("uncordoned: in no cluster", 404),
        Add.At($"/clusters/{Guid.Empty}/nodes").Refused("added nodes: to no cluster", 404),
        Add.At("/clusters/{half}/nodes").Refused("added nodes: to a cluster that is not ready", 409),
        Remove.At("/clusters/{prod}/nodes/remove?dryRun=7").Bad("removed nodes, dryRun: 7", "dryRun"),
        Reset.At("/clusters/prod/reset").Refused("reset: a name in the path", 404),
        new ApiRequest("DELETE", "/clusters/*").Refused("delete cluster: all of them", 404),
    ];
}
