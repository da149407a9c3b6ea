namespace ClusterPanel.Infrastructure.Persistence.Rows;

/// <summary>The admin kubeconfig of a cluster, encrypted.</summary>
internal sealed class ClusterSecretRow
{
    public required Guid ClusterId { get; init; }

    public required byte[] Kubeconfig { get; set; }
}
