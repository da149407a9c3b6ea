namespace ClusterPanel.Core.Clusters;

/// <summary>A look at a running cluster.</summary>
/// <param name="Nodes">Its nodes by name.</param>
/// <param name="Through">Inventory name of the master it was read through.</param>
/// <param name="ReadAt">When.</param>
public sealed record ClusterState(IReadOnlyList<NodeState> Nodes, string Through, DateTimeOffset ReadAt);
