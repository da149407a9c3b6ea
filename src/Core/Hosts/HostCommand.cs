namespace ClusterPanel.Core.Hosts;

/// <summary>A POSIX shell script to run on a host as root. It travels on standard input, never on a command line.</summary>
/// <param name="Summary">One sentence for people: what this command does. Used in errors.</param>
/// <param name="Script">The text; contains no secret.</param>
/// <param name="Timeout">After this the command is given up with <see cref="HostTimeoutException"/>.</param>
public sealed record HostCommand(string Summary, string Script, TimeSpan Timeout)
{
    /// <summary>What the script finds on its standard input: the way for secrets and files.</summary>
    public ReadOnlyMemory<byte> Input { get; init; }

    /// <summary>Called for every complete line as it arrives, from one thread at a time.</summary>
    public Action<OutputLine>? OnLine { get; init; }
}
