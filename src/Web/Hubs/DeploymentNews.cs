using ClusterPanel.Core.Deployments;
using ClusterPanel.Web.Api;

namespace ClusterPanel.Web.Hubs;

/// <summary>What is new of a deployment.</summary>
/// <param name="Deployment">As it stands, when it was read again, else null.</param>
/// <param name="Stages">Stages on hosts that have changed.</param>
/// <param name="Lines">Lines of its log that follow those sent before.</param>
internal sealed record DeploymentNews(DeploymentsApi.DeploymentAnswer? Deployment, IReadOnlyList<DeploymentsApi.CellAnswer> Stages, IReadOnlyList<LogLine> Lines);
