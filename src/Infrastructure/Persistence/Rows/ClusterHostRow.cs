namespace ClusterPanel.Infrastructure.Persistence.Rows;

/// <summary>A host belongs to one cluster at most: the host is the key.</summary>
internal sealed class ClusterHostRow
{
    public required Guid HostId { get; init; }

    public required Guid ClusterId { get; init; }

    /// <summary>How the host was before the panel's first change, encrypted.</summary>
    public byte[]? Record { get; set; }
}
