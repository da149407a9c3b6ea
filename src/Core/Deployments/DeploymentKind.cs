namespace ClusterPanel.Core.Deployments;

/// <summary>What a deployment does to its cluster.</summary>
public enum DeploymentKind
{
    /// <summary>Makes the cluster.</summary>
    CreateCluster,

    /// <summary>Adds masters and workers.</summary>
    AddNodes,

    /// <summary>Takes masters and workers out.</summary>
    RemoveNodes,

    /// <summary>Puts a new host in the place of a master.</summary>
    ReplaceMaster,

    /// <summary>Brings nodes back to what the cluster needs of them.</summary>
    RepairNodes,

    /// <summary>Cleans every host of the cluster, which is gone afterwards.</summary>
    ResetCluster,

    /// <summary>Cleans hosts that are no longer members.</summary>
    CleanHosts,

    /// <summary>Signs certificates anew.</summary>
    RenewCertificates,

    /// <summary>Gives the API servers' certificates other names.</summary>
    ChangeApiServerNames,
}
