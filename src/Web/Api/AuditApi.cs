using ClusterPanel.Core.Auditing;

namespace ClusterPanel.Web.Api;

/// <summary>The audit log.</summary>
internal static class AuditApi
{
    public static void Map(RouteGroupBuilder group) => group.MapGet("", ReadAsync).WithSummary("Entries, newest first; send the last one's number as \"before\" for those before it");

    private static Task<IReadOnlyList<AuditEntry>> ReadAsync(long? before, int? take, string? search, AuditService audit, CancellationToken stop) =>
        audit.ReadAsync(new AuditQuery(take ?? 100, before, search), stop);
}
