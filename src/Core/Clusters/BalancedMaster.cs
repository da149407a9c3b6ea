namespace ClusterPanel.Core.Clusters;

/// <summary>A master as a worker's load balancer sees it.</summary>
/// <param name="Address">Its address.</param>
/// <param name="State">What the load balancer does with it.</param>
/// <param name="Answer">The status code its <c>/readyz</c> answered last; 000 when it did not answer, or with another cluster's certificate.</param>
/// <param name="For">For how long it has been in that state.</param>
/// <param name="Connections">How many connections of the worker to it are open.</param>
public sealed record BalancedMaster(string Address, BalancedState State, string Answer, TimeSpan For, int Connections)
{
    /// <summary>Its share of new connections: 1, or 0 when it gets none; as IPVS counts.</summary>
    public int Weight => State == BalancedState.In ? 1 : 0;
}
