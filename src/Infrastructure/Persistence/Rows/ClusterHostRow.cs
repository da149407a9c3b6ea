namespace ClusterPanel.Infrastructure.Persistence.Rows;

/// <summary>A host belongs to one cluster at most: the host is the key.</summary>
internal sealed class ClusterHostRow
{
    public required Guid HostId { get; init; }

    public required Guid ClusterId { get; init; }
}
