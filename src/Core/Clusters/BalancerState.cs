namespace ClusterPanel.Core.Clusters;

/// <summary>What a worker's load balancer does.</summary>
/// <param name="Worker">The worker.</param>
/// <param name="Mode">How it balances: ipvs or nftables; empty when it does not run.</param>
/// <param name="Masters">The masters it knows.</param>
public sealed record BalancerState(ClusterMember Worker, string Mode, IReadOnlyList<BalancedMaster> Masters)
{
    /// <summary>Addresses on its list: a master that is leaving has been taken off it.</summary>
    public IEnumerable<string> Listed => Masters.Where(m => m.State != BalancedState.Leaving).Select(m => m.Address);

    /// <summary>True when its list names the cluster's masters, in whatever order.</summary>
    /// <param name="spec">The cluster.</param>
    public bool IsRight(ClusterSpec spec) => spec.ControlPlane.Select(m => m.Address).Order(StringComparer.Ordinal).SequenceEqual(Listed.Order(StringComparer.Ordinal));
}
