namespace ClusterPanel.Core.Clusters;

/// <summary>What on a node is no longer as the panel left it. A repair sets it again.</summary>
/// <param name="Node">The node.</param>
/// <param name="What">One sentence for each difference.</param>
public sealed record NodeDrift(ClusterMember Node, IReadOnlyList<string> What);
