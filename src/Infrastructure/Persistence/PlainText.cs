using System.Text;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace ClusterPanel.Infrastructure.Persistence;

/// <summary>
/// Text from hosts on its way into the database. PostgreSQL refuses NUL and half surrogate pairs (a cut text may end in one);
/// one strange byte from a host must not stop a deployment.
/// </summary>
internal sealed class PlainText() : ValueConverter<string, string>(text => Clean(text), text => text)
{
    public static string Clean(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF') && !text.Contains('\0'))
        {
            return text;
        }

        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            clean.Append(rune.Value == 0 ? Rune.ReplacementChar : rune);
        }

        return clean.ToString();
    }
}
