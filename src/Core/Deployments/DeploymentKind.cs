namespace ClusterPanel.Core.Deployments;

/// <summary>What a deployment does to its cluster.</summary>
public enum DeploymentKind
{
    /// <summary>Makes the cluster.</summary>
    CreateCluster,
}
