using Microsoft.EntityFrameworkCore;

namespace ClusterPanel.Infrastructure.Persistence;

/// <summary>Work that must happen as a whole or not at all.</summary>
internal static class Transactions
{
    /// <summary>
    /// Runs the work in a transaction of a context of its own, and commits. When the database goes away, all of it is done again
    /// once it is back, also after a commit whose answer was lost: the work must find out when it was done already.
    /// </summary>
    public static async Task<T> InTransactionAsync<T>(this IDbContextFactory<AppDbContext> factory, Func<AppDbContext, Task<T>> work, CancellationToken cancellationToken)
    {
        await using var outer = await factory.CreateDbContextAsync(cancellationToken);
        return await outer.Database.CreateExecutionStrategy().ExecuteAsync(
            async token =>
            {
                await using var db = await factory.CreateDbContextAsync(token);
                await using var transaction = await db.Database.BeginTransactionAsync(token);
                var result = await work(db);

                // Not cancelable: the caller must know whether it was written.
                await transaction.CommitAsync(CancellationToken.None);
                return result;
            },
            cancellationToken);
    }

    /// <summary>The same for work without a result.</summary>
    public static Task InTransactionAsync(this IDbContextFactory<AppDbContext> factory, Func<AppDbContext, Task> work, CancellationToken cancellationToken) =>
        factory.InTransactionAsync<object?>(
            async db =>
            {
                await work(db);
                return null;
            },
            cancellationToken);
}
