using ClusterPanel.Core.Clusters;

namespace ClusterPanel.Core.Deployments;

/// <summary>A plan as shown before it is confirmed.</summary>
/// <param name="Spec">What it was computed from.</param>
/// <param name="Plan">The plan.</param>
/// <param name="Hash">Sent back with the confirmation: what is started is exactly what was shown.</param>
public sealed record PlanPreview(ClusterSpec Spec, Plan Plan, string Hash);
