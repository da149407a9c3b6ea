namespace ClusterPanel.Infrastructure.Persistence.Rows;

/// <summary>The plan of a deployment, apart from it because it is large and rarely read.</summary>
internal sealed class PlanRow
{
    public required Guid DeploymentId { get; init; }

    public required string Json { get; init; }
}
