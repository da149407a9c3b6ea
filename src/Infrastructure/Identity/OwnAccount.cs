using ClusterPanel.Core.Access;
using ClusterPanel.Core.Auditing;
using ClusterPanel.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace ClusterPanel.Infrastructure.Identity;

/// <summary><see cref="IOwnAccount"/> in a transaction of the scope's own database context, which its user manager works with.</summary>
internal sealed class OwnAccount(AppDbContext db, TimeProvider time) : IOwnAccount
{
    public Task<bool> ChangeAsync(AuditEntry entry, Func<Task<bool>> change) => db.Database.CreateExecutionStrategy().ExecuteAsync(async () =>
    {
        await using var transaction = await db.Database.BeginTransactionAsync();
        if (!await change())
        {
            await transaction.RollbackAsync();
            return false;
        }

        db.Note(entry, time);
        await db.SaveChangesAsync();
        await transaction.CommitAsync();
        return true;
    });
}
