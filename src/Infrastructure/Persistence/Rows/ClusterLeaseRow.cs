namespace ClusterPanel.Infrastructure.Persistence.Rows;

/// <summary>
/// Who may change a cluster. Made with the cluster and kept as long as it, so that tokens only ever grow; locking this row is
/// how two changes of one cluster are kept apart.
/// </summary>
internal sealed class ClusterLeaseRow
{
    public required Guid ClusterId { get; init; }

    public Guid? DeploymentId { get; init; }

    /// <summary>Null when nobody holds it.</summary>
    public string? Owner { get; init; }

    public long Token { get; init; }

    /// <summary>By the database's clock.</summary>
    public DateTimeOffset ExpiresAt { get; init; }
}
