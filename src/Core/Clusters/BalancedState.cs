namespace ClusterPanel.Core.Clusters;

/// <summary>What a worker's load balancer does with a master.</summary>
public enum BalancedState
{
    /// <summary>It gets new connections.</summary>
    In,

    /// <summary>It was taken off the list: it gets no new connections and keeps, for a minute at most, those it has.</summary>
    Leaving,

    /// <summary>It failed: it gets none, and those it had were ended.</summary>
    Out,
}
