namespace ClusterPanel.Core.Clusters;

/// <summary>What a worker's load balancer does.</summary>
/// <param name="Worker">The worker.</param>
/// <param name="Mode">How it balances: ipvs or nftables; empty when it does not run.</param>
/// <param name="Masters">The masters it knows.</param>
public sealed record BalancerState(ClusterMember Worker, string Mode, IReadOnlyList<BalancedMaster> Masters);
