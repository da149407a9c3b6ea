using ClusterPanel.Core.Auditing;
using Microsoft.EntityFrameworkCore;

namespace ClusterPanel.Infrastructure.Persistence;

internal sealed class AuditStore(IDbContextFactory<AppDbContext> factory, TimeProvider time) : IAuditStore
{
    public async Task AddAsync(AuditEntry entry, CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        db.Note(entry, time);
        await db.SaveChangesAsync(cancellationToken);
    }

    public async Task<IReadOnlyList<AuditEntry>> ReadAsync(AuditQuery query, CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        var entries = db.AuditEntries.AsNoTracking();
        if (query.Before is { } before)
        {
            entries = entries.Where(e => e.Number < before);
        }

        if (query.Search is { Length: > 0 } search)
        {
            var text = search.ToLowerInvariant();
#pragma warning disable CA1304, CA1311, CA1862 // Translated to SQL's lower(), which knows no culture.
            entries = entries.Where(e =>
                e.User.ToLower().Contains(text) || e.Action.ToLower().Contains(text) || e.Target.ToLower().Contains(text) || e.Result.ToLower().Contains(text)
                || (e.Token ?? "").ToLower().Contains(text) || (e.From ?? "").Contains(text) || (e.Before ?? "").ToLower().Contains(text) || (e.After ?? "").ToLower().Contains(text));
#pragma warning restore CA1304, CA1311, CA1862
        }

        return await entries.OrderByDescending(e => e.Number).Take(query.Take).ToListAsync(cancellationToken);
    }
}
