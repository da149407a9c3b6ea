namespace ClusterPanel.Core.Clusters;

/// <summary>What on a node is no longer as the panel left it.</summary>
/// <param name="Node">The node.</param>
/// <param name="What">One sentence for each difference.</param>
public sealed record NodeDrift(ClusterMember Node, IReadOnlyList<string> What)
{
    /// <summary>True when a repair sets it again.</summary>
    public bool CanBeRepaired { get; init; } = true;
}
