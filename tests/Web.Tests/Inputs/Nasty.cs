namespace ClusterPanel.Web.Tests.Inputs;

/// <summary>Texts that are wrong wherever a name, an address or a path is expected.</summary>
internal static class Nasty
{
    /// <summary>What a reader does not see.</summary>
    public static readonly IReadOnlyList<(string What, string Text)> Hidden =
    [
        ("a NUL", "a\0b"), ("a line break", "a\nb"), ("a trailing line break", "ab\n"), ("a carriage return", "a\rb"), ("a tab", "a\tb"), ("an escape sequence", "a\e[31mb"),
        ("a backspace", "a\bb"), ("a C1 control", "a\u0085b"), ("a direction override", "a\u202eb"), ("a direction isolate", "a\u2066b"), ("a zero-width space", "a\u200bb"),
        ("a byte order mark", "a\ufeffb"), ("a line separator", "a\u2028b"), ("a tag character", "a\U000E0041b"),
    ];

    /// <summary>What has a meaning to a shell, a browser, a file system or a database.</summary>
    public static readonly IReadOnlyList<(string What, string Text)> Meta =
    [
        ("HTML", "<script>alert(1)</script>"), ("an event handler", "\"><img src=x onerror=alert(1)>"), ("a command substitution", "$(reboot)"), ("backquotes", "`reboot`"),
        ("a semicolon", "a;reboot"), ("a pipe", "a|sh"), ("a redirection", "a>/etc/passwd"), ("an ampersand", "a&reboot"), ("a variable", "${IFS}"), ("a path upwards", "../../etc/passwd"),
        ("a quote", "a'b"), ("a double quote", "a\"b"), ("a backslash", "a\\b"), ("a star", "*"), ("a blank inside", "a b"), ("an option", "--help"), ("a template", "{{7*7}}"),
        ("SQL", "a'OR'1'='1"), ("a percent escape", "%2e%2e"), ("a Cyrillic letter", "\u0430bc"), ("full-width letters", "\uff41\uff42"), ("an emoji", "a\U0001F600"),
    ];

    /// <summary>JSON values where a text is expected.</summary>
    public static readonly IReadOnlyList<(string What, string Json)> NoText =
    [
        ("a number", "7"), ("a truth value", "true"), ("a list", "[]"), ("an object", "{}"), ("half a surrogate pair", "\"a\\ud800b\""), ("the other half", "\"\\udfff\""),
    ];

    public static string Long(int length) => new('a', length);

    /// <summary>A row for every text in a field of a request.</summary>
    public static IEnumerable<BadInput> In(this IEnumerable<(string What, string Text)> texts, ApiRequest good, string field, string what) =>
        texts.Select(t => good.WithText(field, t.Text).Bad($"{what}: {t.What}", field));

    /// <summary>A row for every JSON value that is no text.</summary>
    public static IEnumerable<BadInput> NoTextIn(ApiRequest good, string field, string what) =>
        NoText.Select(t => good.With(field, t.Json).Bad($"{what}: {t.What}", field));
}
