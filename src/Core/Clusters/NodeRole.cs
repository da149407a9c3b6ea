namespace ClusterPanel.Core.Clusters;

/// <summary>What a node is in its cluster.</summary>
public enum NodeRole
{
    /// <summary>Runs etcd, the API server and the controllers; "master" on screen.</summary>
    ControlPlane,

    /// <summary>Runs workloads; balances over all masters in its own kernel.</summary>
    Worker,
}
