namespace ClusterPanel.Core.Hosts;

/// <summary>Safe pieces of POSIX shell text.</summary>
public static class ShellText
{
    /// <summary>A text as one shell word: as it is when it needs no quotes, else in single quotes.</summary>
    public static string Quote(string text) =>
        text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || "-_./:@%+=,".Contains(c)) ? text : "'" + text.Replace("'", "'\\''") + "'";
}
