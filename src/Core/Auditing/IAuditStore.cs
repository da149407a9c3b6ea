namespace ClusterPanel.Core.Auditing;

/// <summary>Where the audit log is kept. Changes write their entry in their own transaction; this is for what changes nothing.</summary>
public interface IAuditStore
{
    /// <summary>Adds an entry.</summary>
    Task AddAsync(AuditEntry entry, CancellationToken cancellationToken);

    /// <summary>Entries, newest first.</summary>
    Task<IReadOnlyList<AuditEntry>> ReadAsync(AuditQuery query, CancellationToken cancellationToken);
}
