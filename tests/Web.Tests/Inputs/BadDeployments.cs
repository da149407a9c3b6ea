namespace ClusterPanel.Web.Tests.Inputs;

/// <summary>What is asked of deployments, and of their logs.</summary>
internal static class BadDeployments
{
    public static readonly ApiRequest Retry = ApiRequest.Post("/deployments/{failed}/retry", """{"host":"half2"}""");
    public static readonly ApiRequest Skip = Retry.At("/deployments/{failed}/skip");
    public static readonly ApiRequest TakeOver = Retry.At("/deployments/{failed}/take-over");

    public static IEnumerable<BadInput> Rows() => [.. new[] { Retry, Skip, TakeOver }.SelectMany(Hosts), .. Logs(), .. Rest()];

    private static IEnumerable<BadInput> Hosts(ApiRequest ask)
    {
        var what = ask.Path.Split('/')[^1];
        return
        [
            .. Nasty.NoTextIn(ask, "host", $"{what}, host"),
            ask.WithText("host", "").Bad($"{what}, host: nothing", "host"),
            ask.WithText("host", "worker1").Bad($"{what}, host: of another cluster", "host"),
            ask.WithText("host", "half2\0").Bad($"{what}, host: a NUL", "host"),
            ask.WithText("host", "<script>alert(1)</script>").Bad($"{what}, host: HTML", "host"),
            ask.WithText("host", "$(reboot)").Bad($"{what}, host: a command", "host"),
            ask.WithText("host", Nasty.Long(900_000)).Bad($"{what}, host: 900,000 letters", "host"),
            ask.With("hosts", "[]").Bad($"{what}: a field that is not there", "hosts"),
            ask.Again("host", "\"half1\"").Bad($"{what}, host: twice", "host"),
            ask.At($"/deployments/{Guid.Empty}/{what}").Refused($"{what}: of no deployment", 404),
            ask.At($"/deployments/failed/{what}").Refused($"{what}: a name in the path", 404),
        ];
    }

    private static IEnumerable<BadInput> Logs()
    {
        (string, string, string)[] queries =
        [
            ("after", "NaN", "no number"), ("after", "-1", "negative"), ("after", "1.5", "a fraction"), ("after", "1e3", "an exponent"), ("after", "99999999999999999999", "more than there can be"), ("after", "0x10", "hexadecimal"), ("after", "%00", "a NUL"),
            ("after", "1&after=2", "twice"), ("after", "%EF%BC%91", "a full-width digit"), ("take", "0", "none"), ("take", "-1", "negative"), ("take", "5001", "too many"), ("take", "2147483647", "all"), ("take", "99999999999", "more than there can be"), ("take", "many", "a word"),
            ("search", "%00", "a NUL"), ("search", "a%0ab", "a line break"), ("search", "%E2%80%AE", "a direction override"), ("search", "%1b[31m", "an escape sequence"), ("search", Nasty.Long(201), "201 letters"),
            ("host", "h%00", "a NUL"), ("host", Nasty.Long(201), "201 letters"), ("host", "%E2%81%A6x", "a direction isolate"), ("stage", "%00", "a NUL"), ("stage", Nasty.Long(2000), "2000 letters"), ("stage", "a%0d%0ab", "a header"),
        ];
        return queries.Select(q => ApiRequest.Get($"/deployments/{{failed}}/logs?{q.Item1}={q.Item2}").Bad($"log, {q.Item1}: {q.Item3}", q.Item1));
    }

    private static IEnumerable<BadInput> Rest() =>
    [
        Skip.Without("host").Bad("skip, host: left out", "host"),
        Skip.WithText("host", "half1").Refused("skip: a master", 409),
        Retry.WithText("host", "half1").Refused("retry: a host where nothing failed", 409),
        TakeOver.WithText("host", "half1").Refused("take-over: a host that was not refused", 409),
        Skip.WithBody("null").Bad("skip: null", "body"),
        ApiRequest.Get("/deployments?cluster=prod").Bad("deployments of a cluster: its name", "cluster"),
        ApiRequest.Get("/deployments?cluster=%27%20OR%201=1--").Bad("deployments of a cluster: SQL", "cluster"),
        ApiRequest.Get($"/deployments?cluster={Nasty.Long(3000)}").Bad("deployments of a cluster: 3000 letters", "cluster"),
        ApiRequest.Post("/deployments/{done}/resume").Refused("resume: one that has succeeded", 409),
        ApiRequest.Post($"/deployments/{Guid.Empty}/cancel").Refused("cancel: of no deployment", 404),
        ApiRequest.Post("/deployments/%2e%2e%2f/stop").Refused("stop: a path upwards", 404),
    ];
}
