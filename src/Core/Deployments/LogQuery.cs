namespace ClusterPanel.Core.Deployments;

/// <summary>Which lines of a deployment's log to read.</summary>
/// <param name="After">Only lines with a higher sequence number.</param>
/// <param name="Take">How many at most.</param>
public sealed record LogQuery(long After, int Take)
{
    /// <summary>Only lines of this host (inventory name), or null for all.</summary>
    public string? Host { get; init; }

    /// <summary>Only lines of this stage, or null for all.</summary>
    public string? Stage { get; init; }

    /// <summary>Only lines that contain this text, ignoring case, or null.</summary>
    public string? Search { get; init; }
}
