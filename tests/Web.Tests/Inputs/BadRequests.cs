using System.Text;

namespace ClusterPanel.Web.Tests.Inputs;

/// <summary>What is wrong whatever is asked: bodies that are no JSON, types of content, paging, Idempotency-Key, paths.</summary>
internal static class BadRequests
{
    private static readonly string[] Lists = ["hosts", "credentials", "packages", "clusters", "deployments", "accounts", "tokens"];

    public static IEnumerable<BadInput> Rows() => [.. Bodies(), .. Types(), .. Paging(), .. Keys(), .. Paths()];

    private static IEnumerable<BadInput> Bodies()
    {
        (string, byte[])[] bodies =
        [
            ("nothing", []), ("a brace", "{"u8.ToArray()), ("null", "null"u8.ToArray()), ("a list", "[]"u8.ToArray()), ("a number", "7"u8.ToArray()), ("a text", "\"x\""u8.ToArray()), ("a word", "NaN"u8.ToArray()), ("two objects", "{}{}"u8.ToArray()),
            ("a comma at the end", "{\"name\":\"a\",}"u8.ToArray()), ("a comment", "{/**/}"u8.ToArray()), ("single quotes", "{'name':'a'}"u8.ToArray()), ("a form", "name=a&user=root"u8.ToArray()), ("XML", "<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><x>&e;</x>"u8.ToArray()),
            ("HTML", "<script>alert(1)</script>"u8.ToArray()), ("bytes that are no UTF-8", [0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]), ("NULs", new byte[1000]), ("UTF-16", Encoding.Unicode.GetBytes("{\"name\":\"a\"}")), ("zipped bytes", [0x1f, 0x8b, 8, 0, 0, 0, 0, 0]),
            ("100,000 levels", Encoding.ASCII.GetBytes(new string('[', 100_000))), ("a name that is half a surrogate pair", "{\"\\ud800\":1}"u8.ToArray()), ("a name that is HTML", "{\"<script>alert(1)</script>\":1}"u8.ToArray()), ("a name of 900,000 letters", Encoding.ASCII.GetBytes($"{{\"{Nasty.Long(900_000)}\":1}}")),
        ];
        foreach (var (what, body) in bodies)
        {
            yield return BadCredentials.Add.WithBody(body).Bad($"body: {what}", "body");
        }

        yield return BadCredentials.Add.WithBody([.. "{\"name\":\"a"u8, 0xc3, 0x28, 0xed, 0xa0, 0x80, .. "\",\"user\":\"root\",\"kind\":\"Password\",\"password\":\"x\"}"u8]).Bad("body: a value that is no UTF-8", "name");
        yield return BadCredentials.Add.WithBody([.. "{\"name\":\"\xc0\x80\""u8, .. ",\"user\":\"root\",\"kind\":\"Password\",\"password\":\"x\"}"u8]).Bad("body: an overlong NUL", "name");
        yield return BadCredentials.Add.WithBody("{\"name\":\"a").Bad("body: an end in the middle", "name");
        yield return BadCredentials.Add.WithBody("""{"__proto__":{"role":"Administrator"},"name":"a"}""").Bad("body: a prototype", "__proto__");
        yield return BadCredentials.Add.WithBody("""{"$type":"System.Diagnostics.Process","name":"a"}""").Bad("body: a type", "$type");
        yield return BadCredentials.Add.WithBody(new string(' ', 1024 * 1024 + 1)).Refused("body: a byte more than a mebibyte", 413);
        yield return BadCredentials.Add.WithBody(new string(' ', 1024 * 1024 + 1)).WithKey("large-1").Refused("body: too large, with an Idempotency-Key", 413);
        yield return BadHosts.Add.WithBody("{\"hosts\":[" + string.Join(',', Enumerable.Repeat("""{"name":"h","address":"10.0.0.1"}""", 100_000)) + "]}").Refused("body: 100,000 hosts", 413);
    }

    private static IEnumerable<BadInput> Types() =>
        new[] { "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/xml", "text/html", "nonsense", "application/json; charset=utf-16", "application/json; charset=utf-7", "application/json; charset=nonsense", "application/json; charset=\"<script>\"", "" }
            .Select(t => BadCredentials.Add.As(t).Refused($"type of content: {(t.Length == 0 ? "none" : t)}", 415));

    private static IEnumerable<BadInput> Paging()
    {
        foreach (var list in Lists)
        {
            yield return ApiRequest.Get($"/{list}?take=-1").Bad($"{list}, take: negative", "take");
            yield return ApiRequest.Get($"/{list}?take=0").Bad($"{list}, take: none", "take");
            yield return ApiRequest.Get($"/{list}?skip=-1").Bad($"{list}, skip: negative", "skip");
            yield return ApiRequest.Get($"/{list}?skip=99999999999").Bad($"{list}, skip: more than there can be", "skip");
        }

        foreach (var (value, what) in new[] { ("501", "too many"), ("2147483647", "all"), ("1.0", "a fraction"), ("%00", "a NUL"), ("%3Cscript%3E", "HTML"), ("1&take=2", "twice"), ("%D9%A1", "an Arabic digit"), ("1'--", "SQL"), ("0x1", "hexadecimal") })
        {
            yield return ApiRequest.Get($"/hosts?take={value}").Bad($"hosts, take: {what}", "take");
        }
    }

    private static IEnumerable<BadInput> Keys() =>
    [
        BadCredentials.Add.WithKey(Nasty.Long(129)).Bad("Idempotency-Key: 129 letters", "Idempotency-Key"),
        BadCredentials.Add.WithKey(Nasty.Long(8000)).Bad("Idempotency-Key: 8000 letters", "Idempotency-Key"),
        BadCredentials.Add.WithKey("a b").Bad("Idempotency-Key: a blank", "Idempotency-Key"),
        BadCredentials.Add.WithKey("a\tb").Bad("Idempotency-Key: a tab", "Idempotency-Key"),
        BadCredentials.Add.WithKey("\u00e4").Bad("Idempotency-Key: an umlaut", "Idempotency-Key"),
        BadCredentials.Add.WithKey("\u202e1").Bad("Idempotency-Key: a direction override", "Idempotency-Key"),
        BadCredentials.Add.WithKey("").Bad("Idempotency-Key: nothing", "Idempotency-Key"),
        BadCredentials.Add.WithKey("one").WithKey("two").Bad("Idempotency-Key: twice", "Idempotency-Key"),
        BadCredentials.Add.WithText("name", "").WithKey("refused-1").Bad("Idempotency-Key: a good one on a bad request", "name"),
        BadCredentials.Add.WithBody("{").WithKey("refused-2").Bad("Idempotency-Key: a good one on no JSON", "body"),
    ];

    private static IEnumerable<BadInput> Paths() =>
    [
        ApiRequest.Get("/no-such-thing").Refused("path: of nothing", 404),
        ApiRequest.Get("/hosts/..%2f..%2f..%2fetc%2fpasswd").Refused("path: upwards", 404),
        ApiRequest.Get("/..%5c..%5cetc%5cpasswd").Refused("path: upwards, the other way", 404),
        ApiRequest.Get("//evil.example/hosts").Refused("path: of another machine", 404),
        ApiRequest.Get("/<script>alert(1)</script>").Refused("path: HTML", 404),
        ApiRequest.Get("/hosts/%e2%80%ae").Refused("path: a direction override", 404),
        ApiRequest.Get("/clusters/{prod}/%0d%0aX-Evil:1").Refused("path: a header", 404),
        new ApiRequest("TRACE", "/hosts").Refused("method: TRACE", 405),
        new ApiRequest("PATCH", "/hosts").Refused("method: PATCH", 405),
        new ApiRequest("EVIL", "/clusters").Refused("method: none there is", 405),
    ];
}
