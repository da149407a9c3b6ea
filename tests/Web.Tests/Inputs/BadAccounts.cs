namespace ClusterPanel.Web.Tests.Inputs;

/// <summary>Accounts, tokens and the audit log.</summary>
internal static class BadAccounts
{
    public static readonly ApiRequest Add = ApiRequest.Post("/accounts", """{"userName":"igor","password":"it's <long> \"enough\" $(now)","role":"Viewer"}""");
    public static readonly ApiRequest Change = ApiRequest.Post("/accounts/{eve}", """{"role":"Viewer","blocked":false}""") with { Method = "PUT" };
    public static readonly ApiRequest Password = ApiRequest.Post("/accounts/{eve}/password", """{"password":"yet another long password"}""");

    public static IEnumerable<BadInput> Rows() => [.. Adding(), .. Changing(), .. Audit()];

    private static IEnumerable<BadInput> Adding() =>
    [
        .. Nasty.Hidden.In(Add, "userName", "user name"),
        .. Nasty.Meta.In(Add.WithText("password", "correct horse battery"), "userName", "user name").Where(r => r.Name is not "user name: an option"),
        .. Nasty.NoTextIn(Add, "userName", "user name"),
        Add.WithText("userName", "").Bad("user name: nothing", "userName"),
        Add.WithText("userName", "   ").Bad("user name: blanks", "userName"),
        Add.WithText("userName", Nasty.Long(65)).Bad("user name: 65 letters", "userName"),
        Add.WithText("userName", Nasty.Long(900_000)).Bad("user name: 900,000 letters", "userName"),
        Add.WithText("userName", "eve").Bad("user name: taken", "userName"),
        Add.WithText("userName", "EVE").Bad("user name: taken, in capitals", "userName"),
        Add.Without("userName").Bad("user name: left out", "userName"),
        .. BadPasswords(Add, "account's password"),
        Add.WithText("role", "Root").Bad("role: none there is", "role"),
        Add.WithText("role", "Viewer,Administrator").Bad("role: two at once", "role"),
        Add.With("role", "9").Bad("role: a number of none", "role"),
        Add.With("role", "2").Bad("role: a number", "role"),
        Add.With("role", "null").Bad("role: null", "role"),
        Add.Without("role").Bad("role: left out", "role"),
        Add.With("isAdmin", "true").Bad("account: a field that is not there", "isAdmin"),
        Add.Again("role", "\"Administrator\"").Bad("role: twice", "role"),
    ];

    private static IEnumerable<BadInput> BadPasswords(ApiRequest good, string what) =>
    [
        .. Nasty.NoTextIn(good, "password", what),
        good.WithText("password", "").Bad($"{what}: nothing", "password"),
        good.WithText("password", "eleven char").Bad($"{what}: 11 characters", "password"),
        good.WithText("password", Nasty.Long(257)).Bad($"{what}: 257 characters", "password"),
        good.WithText("password", Nasty.Long(900_000)).Bad($"{what}: 900,000 characters", "password"),
        good.WithText("password", "correct horse\nbattery").Bad($"{what}: a line break", "password"),
        good.WithText("password", "correct horse\0battery").Bad($"{what}: a NUL", "password"),
        good.Without("password").Bad($"{what}: left out", "password"),
    ];

    private static IEnumerable<BadInput> Changing() =>
    [
        .. BadPasswords(Password, "another password"),
        Change.Without("role").Bad("changed role: left out", "role"),
        Change.With("role", "null").Bad("changed role: null", "role"),
        Change.WithText("role", "<script>alert(1)</script>").Bad("changed role: HTML", "role"),
        Change.With("role", "2").Bad("changed role: a number", "role"),
        Change.Without("blocked").Bad("blocked: left out", "blocked"),
        Change.With("blocked", "null").Bad("blocked: null", "blocked"),
        Change.With("blocked", "\"no\"").Bad("blocked: a text", "blocked"),
        Change.With("blocked", "0").Bad("blocked: a number", "blocked"),
        Change.With("password", "\"x\"").Bad("changed account: a field that is not there", "password"),
        Change.At("/accounts/eve").Refused("changed account: a name in the path", 409),
        Change.At("/accounts/%27%20OR%201=1--").Refused("changed account: SQL in the path", 409),
        Change.At("/accounts/%ff%fe%e2%80%ae").Refused("changed account: no UTF-8 in the path", 409),
        Change.At($"/accounts/{Nasty.Long(4000)}").Refused("changed account: 4000 letters in the path", 409),
        Password.At("/accounts/..%2f{eve}/password").Refused("another password: a path upwards", 409),
        ApiRequest.Post("/accounts/nobody/sign-out-everywhere").Refused("sign-out: of no account", 409),
        new ApiRequest("DELETE", "/accounts/*").Refused("delete account: all of them", 409),
        ApiRequest.Post("/tokens", """{"name":"more"}""").Refused("token: made by a program", 405),
        new ApiRequest("DELETE", $"/tokens/{Guid.Empty}").Refused("revoked token: none there is", 409),
        new ApiRequest("DELETE", "/tokens/inputs").Refused("revoked token: a name in the path", 404),
    ];

    private static IEnumerable<BadInput> Audit()
    {
        (string, string, string)[] queries =
        [
            ("take", "0", "none"), ("take", "-1", "negative"), ("take", "501", "too many"), ("take", "1.5", "a fraction"), ("take", "x", "a letter"), ("before", "0", "nothing is before it"), ("before", "-9223372036854775808", "the least"),
            ("before", "9223372036854775808", "more than there can be"), ("before", "NaN", "no number"), ("search", "%00", "a NUL"), ("search", "a%0d%0ab", "a line break"), ("search", "%E2%80%AE", "a direction override"), ("search", Nasty.Long(201), "201 letters"),
        ];
        return queries.Select(q => ApiRequest.Get($"/audit?{q.Item1}={q.Item2}").Bad($"audit, {q.Item1}: {q.Item3}", q.Item1));
    }
}
