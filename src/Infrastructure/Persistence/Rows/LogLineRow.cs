using ClusterPanel.Core.Hosts;

namespace ClusterPanel.Infrastructure.Persistence.Rows;

internal sealed class LogLineRow
{
    public required Guid DeploymentId { get; init; }

    public required long Sequence { get; init; }

    public required DateTimeOffset Time { get; init; }

    public required string Stage { get; init; }

    public required string Host { get; init; }

    public required LineSource Stream { get; init; }

    public required string Text { get; init; }
}
