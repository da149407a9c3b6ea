using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace ClusterPanel.EndToEnd.Tests.Fixtures;

/// <summary>Secrets that must be found nowhere but where they belong, and the forms in which they could have got somewhere.</summary>
internal sealed class Canaries
{
    private const int ShortestForm = 10;
    private readonly List<(string Name, IReadOnlyList<string> Forms)> _secrets = [];

    /// <summary>A password that nobody else has.</summary>
    public static string NewPassword() => "canary<&>\"" + Convert.ToHexString(System.Security.Cryptography.RandomNumberGenerator.GetBytes(9));

    /// <summary>Every form of every secret, one to a line, as grep wants them.</summary>
    public IReadOnlyList<string> Patterns => [.. _secrets.SelectMany(s => s.Forms).Distinct()];

    /// <summary>Adds one; text of several lines counts by its lines.</summary>
    public void Add(string name, string value)
    {
        foreach (var line in value.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Where(l => !l.StartsWith("-----", StringComparison.Ordinal)))
        {
            _secrets.Add((name, [.. Forms(line)]));
        }
    }

    /// <summary>The names of those that a text holds.</summary>
    public IEnumerable<string> In(string text) => _secrets.Where(s => s.Forms.Any(f => text.Contains(f, StringComparison.Ordinal))).Select(s => s.Name).Distinct();

    // As it is, as JSON and HTML write it, in hexadecimal, and in base 64 wherever in a longer text it begins.
    private static IEnumerable<string> Forms(string secret)
    {
        yield return secret;
        yield return JsonSerializer.Serialize(secret)[1..^1];
        yield return JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(secret);
        yield return HtmlEncoder.Default.Encode(secret);
        yield return Uri.EscapeDataString(secret);
        var bytes = Encoding.UTF8.GetBytes(secret);
        yield return Convert.ToHexStringLower(bytes);
        for (var before = 0; before < 3; before++)
        {
            var whole = Convert.ToBase64String([.. new byte[before], .. bytes]);
            var (first, last) = ((before * 8 + 5) / 6, (before + bytes.Length) * 8 / 6);
            if (last - first >= ShortestForm)
            {
                yield return whole[first..last];
                yield return whole[first..last].Replace('+', '-').Replace('/', '_');
            }
        }
    }
}
