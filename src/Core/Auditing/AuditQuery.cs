namespace ClusterPanel.Core.Auditing;

/// <summary>Which entries are wanted, newest first.</summary>
/// <param name="Take">How many at most.</param>
/// <param name="Before">Only entries with a smaller number, or null for the newest.</param>
/// <param name="Search">Text that user, action, target, before, after, address or result contains, or null.</param>
public sealed record AuditQuery(int Take, long? Before = null, string? Search = null);
