using ClusterPanel.Core.Clusters;

namespace ClusterPanel.Core.Deployments;

/// <summary>A stage's work on one host.</summary>
/// <param name="Member">The host.</param>
/// <param name="Commands">What is run for it, in the order in which it is normally run.</param>
public sealed record StageHost(ClusterMember Member, IReadOnlyList<PlannedCommand> Commands);
