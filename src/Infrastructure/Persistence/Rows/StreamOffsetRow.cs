namespace ClusterPanel.Infrastructure.Persistence.Rows;

/// <summary>How much of a detached command's output is in the log.</summary>
internal sealed class StreamOffsetRow
{
    public required Guid DeploymentId { get; init; }

    public required string Unit { get; init; }

    public required long Output { get; init; }

    public required long Error { get; init; }
}
