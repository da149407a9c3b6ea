namespace ClusterPanel.Core.Hosts;

/// <summary>How a remote command ended.</summary>
/// <param name="ExitCode">The script's exit code.</param>
/// <param name="Output">Standard output, decoded as UTF-8.</param>
/// <param name="Error">Standard error, decoded as UTF-8.</param>
public sealed record CommandResult(int ExitCode, string Output, string Error)
{
    /// <summary>Standard output as it came, for protocols that count bytes.</summary>
    public ReadOnlyMemory<byte> RawOutput { get; init; }

    /// <summary>True when it printed more than is kept: the middle of its output is missing.</summary>
    public bool IsCut { get; init; }

    /// <summary>True when the exit code is 0.</summary>
    public bool Succeeded => ExitCode == 0;

    /// <summary>The last line printed, or a word that says there was none; for sentences.</summary>
    public string LastLine => LastLines(1) is [var line] ? line : "no answer";

    /// <summary>The last lines of both streams, for an error message.</summary>
    /// <param name="count">How many lines at most.</param>
    public IReadOnlyList<string> LastLines(int count) =>
        [.. (Output + "\n" + Error).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).TakeLast(count)];
}
