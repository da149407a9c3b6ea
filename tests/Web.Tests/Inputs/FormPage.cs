using System.Text.RegularExpressions;

namespace ClusterPanel.Web.Tests.Inputs;

/// <summary>A page with one form, which a browser has open.</summary>
/// <param name="Path">Its path.</param>
/// <param name="Handler">Name of the form.</param>
/// <param name="Token">Its anti-forgery token.</param>
internal sealed partial record FormPage(string Path, string Handler, string Token)
{
    public const string TokenField = "__RequestVerificationToken";
    public const string HandlerField = "_handler";

    private static CancellationToken Stop => Xunit.TestContext.Current.CancellationToken;

    /// <summary>Opens a page.</summary>
    public static async Task<FormPage> OpenAsync(HttpClient browser, string path)
    {
        var html = await browser.GetStringAsync(path, Stop);
        var hidden = HiddenPattern().Matches(html).ToDictionary(m => m.Groups[1].Value, m => m.Groups[2].Value);
        return new FormPage(path, hidden[HandlerField], hidden[TokenField]);
    }

    /// <summary>The form, filled in.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Fields(IEnumerable<(string Name, string Value)> fields) =>
        [new(TokenField, Token), new(HandlerField, Handler), .. fields.Select(f => KeyValuePair.Create(f.Name, f.Value))];

    public async Task<HttpResponseMessage> SendAsync(HttpClient browser, params (string Name, string Value)[] fields)
    {
        using var content = new FormUrlEncodedContent(Fields(fields));
        return await browser.PostAsync(Path, content, Stop);
    }

    [GeneratedRegex("""<input type="hidden" name="([^"]+)" value="([^"]*)" ?/?>""", RegexOptions.CultureInvariant)]
    private static partial Regex HiddenPattern();
}
