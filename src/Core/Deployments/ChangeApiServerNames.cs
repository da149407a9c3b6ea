namespace ClusterPanel.Core.Deployments;

/// <summary>Give the API servers' certificates other further names: of every master there is, and of those that join later.</summary>
/// <param name="ClusterId">The cluster.</param>
/// <param name="ExtraSans">All further names and addresses from then on.</param>
public sealed record ChangeApiServerNames(Guid ClusterId, IReadOnlyList<string> ExtraSans) : ClusterChange(ClusterId);
