namespace ClusterPanel.Core.Deployments;

/// <summary>Kinds of deployments as people read them.</summary>
public static class DeploymentKindText
{
    /// <summary>What a deployment does: "Add nodes", or with the cluster's name "Add nodes to blue".</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="cluster">Name of the cluster, or null.</param>
    public static string Text(this DeploymentKind kind, string? cluster = null)
    {
        var (what, of) = kind switch
        {
            DeploymentKind.CreateCluster => ("Create cluster", ""),
            DeploymentKind.AddNodes => ("Add nodes", "to "),
            DeploymentKind.RemoveNodes => ("Remove nodes", "from "),
            DeploymentKind.ReplaceMaster => ("Replace a master", "of "),
            DeploymentKind.RepairNodes => ("Repair nodes", "of "),
            DeploymentKind.ResetCluster => ("Reset cluster", ""),
            DeploymentKind.CleanHosts => ("Clean hosts", "of "),
            DeploymentKind.RenewCertificates => ("Renew certificates", "of "),
            DeploymentKind.ChangeApiServerNames => ("Change the API servers' names", "of "),
            _ => throw new ArgumentOutOfRangeException(nameof(kind)),
        };
        return cluster is null ? what : $"{what} {of}{cluster}";
    }
}
