namespace ClusterPanel.Core.Preflight;

/// <summary>One host's results.</summary>
/// <param name="HostId">The host.</param>
/// <param name="HostName">Its inventory name.</param>
/// <param name="Results">One per check, in the report's order.</param>
public sealed record PreflightRow(Guid HostId, string HostName, IReadOnlyList<CheckResult> Results);
