using System.Buffers;
using System.Globalization;
using System.Text;

namespace ClusterPanel.Core;

/// <summary>What typed text may hold that is stored, searched for or shown again.</summary>
public static class InputText
{
    private const int LongestShown = 64;

    /// <summary>True for text of a given length that is more than blanks and holds nothing hidden.</summary>
    public static bool IsName(string text, int mostCharacters) => text.Length <= mostCharacters && !string.IsNullOrWhiteSpace(text) && IsPlain(text);

    /// <summary>
    /// True when a reader sees all of it: no control characters (PostgreSQL refuses NUL, a line break makes two lines of a log's
    /// one), no halves of surrogate pairs, and nothing that turns the direction of what follows.
    /// </summary>
    public static bool IsPlain(string text)
    {
        var rest = text.AsSpan();
        while (rest.Length > 0)
        {
            if (Rune.DecodeFromUtf16(rest, out var rune, out var used) != OperationStatus.Done || IsHidden(rune))
            {
                return false;
            }

            rest = rest[used..];
        }

        return true;
    }

    /// <summary>The beginning of it, for a message.</summary>
    public static string Shown(string? text) => text is null ? "" : text.Length <= LongestShown ? text : text[..LongestShown] + "…";

    // The two joiners are letters' business in several scripts, and emoji's.
    private static bool IsHidden(Rune rune) => rune.Value is not (0x200C or 0x200D) && Rune.GetUnicodeCategory(rune)
        is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
