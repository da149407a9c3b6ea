namespace ClusterPanel.Core.Deployments;

/// <summary>How pods are moved off a node before it leaves.</summary>
/// <param name="Minutes">How long PodDisruptionBudgets and slow pods are waited for.</param>
/// <param name="Force">Delete pods against their budgets, and pods that nothing would start again elsewhere.</param>
public sealed record DrainOptions(int Minutes = 5, bool Force = false);
