using System.Text;

namespace ClusterPanel.Infrastructure.Tests.Secrets;

/// <summary>Looks for a text in bytes that were made of it in some usual way: plain, hexadecimal (as PostgreSQL dumps bytes), base64 at any offset.</summary>
internal static class Traces
{
    public static bool Has(byte[] content, string text)
    {
        var haystack = Encoding.Latin1.GetString(content);
        return Forms(Encoding.UTF8.GetBytes(text)).Any(f => haystack.Contains(f, StringComparison.Ordinal));
    }

    private static IEnumerable<string> Forms(byte[] text)
    {
        yield return Encoding.Latin1.GetString(text);
        yield return Encoding.Latin1.GetString(Encoding.Unicode.GetBytes(Encoding.UTF8.GetString(text)));
        yield return Convert.ToHexStringLower(text);
        for (var before = 0; before < 3; before++)
        {
            // Six bits a character: those that share bits with what stands before or after are left out.
            var base64 = Convert.ToBase64String([.. new byte[before], .. text]);
            yield return base64[((before * 8 + 5) / 6)..((before + text.Length) * 8 / 6)];
        }
    }
}
