namespace ClusterPanel.Core.Hosts;

/// <summary>A command on a host ended with an exit code that says it failed.</summary>
public sealed class CommandFailedException : HostException
{
    /// <summary>Makes it.</summary>
    /// <param name="hostName">Inventory name.</param>
    /// <param name="summary">What the command was to do.</param>
    /// <param name="exitCode">Its exit code.</param>
    /// <param name="lastLines">The last lines it printed.</param>
    /// <param name="kind">What the failure asks for.</param>
    public CommandFailedException(string hostName, string summary, int exitCode, IReadOnlyList<string> lastLines, FailureKind kind = FailureKind.Permanent)
        : base(hostName, $"{summary}: exit code {exitCode} on {hostName}{(lastLines.Count > 0 ? ": " + lastLines[^1] : "")}")
    {
        Summary = summary;
        ExitCode = exitCode;
        LastLines = lastLines;
        Kind = kind;
    }

    /// <summary>What the command was to do.</summary>
    public string Summary { get; }

    /// <summary>The exit code.</summary>
    public int ExitCode { get; }

    /// <summary>The last lines of both streams.</summary>
    public IReadOnlyList<string> LastLines { get; }

    /// <inheritdoc/>
    public override FailureKind Kind { get; }
}
