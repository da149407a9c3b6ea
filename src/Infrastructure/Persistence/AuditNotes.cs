using ClusterPanel.Core.Auditing;
using Microsoft.EntityFrameworkCore;

namespace ClusterPanel.Infrastructure.Persistence;

/// <summary>Puts entries of the audit log into the transaction of what they tell of.</summary>
internal static class AuditNotes
{
    /// <summary>Adds an entry to what is saved next.</summary>
    public static void Note(this AppDbContext db, AuditEntry? entry, TimeProvider time)
    {
        // A retried transaction brings the same entry again, with a number of the lost one.
        if (entry is not null)
        {
            db.AuditEntries.Add(new AuditEntry
            {
                At = time.GetUtcNow(),
                User = entry.User,
                Token = entry.Token,
                From = entry.From,
                Action = entry.Action,
                Target = entry.Target,
                Before = entry.Before,
                After = entry.After,
                Result = entry.Result,
            });
        }
    }

    /// <summary>Deletes rows and saves the entry that tells of it, together; without rows there is nothing to tell.</summary>
    public static Task DeleteAsync<T>(this AppDbContext db, IQueryable<T> rows, AuditEntry entry, TimeProvider time, CancellationToken cancellationToken)
        where T : class => db.Database.CreateExecutionStrategy().ExecuteAsync(
        async token =>
        {
            db.ChangeTracker.Clear();
            await using var transaction = await db.Database.BeginTransactionAsync(token);
            if (await rows.ExecuteDeleteAsync(token) > 0)
            {
                db.Note(entry, time);
                await db.SaveChangesAsync(token);
            }

            await transaction.CommitAsync(CancellationToken.None);
        },
        cancellationToken);
}
