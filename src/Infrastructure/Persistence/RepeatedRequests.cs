using ClusterPanel.Core.Access;
using ClusterPanel.Infrastructure.Persistence.Rows;
using ClusterPanel.Infrastructure.Secrets;
using Microsoft.EntityFrameworkCore;

namespace ClusterPanel.Infrastructure.Persistence;

/// <inheritdoc/>
internal sealed class RepeatedRequests(IDbContextFactory<AppDbContext> factory, SecretProtector protector, TimeProvider time) : IRepeatedRequests
{
    private static readonly TimeSpan Keep = TimeSpan.FromDays(1);

    public async Task<RepeatedRequest?> BeginAsync(string userId, string key, string requestHash, CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        var old = time.GetUtcNow() - Keep;
        await db.RepeatedRequests.Where(r => r.At < old).ExecuteDeleteAsync(cancellationToken);
        db.RepeatedRequests.Add(new RepeatedRequestRow { UserId = userId, Key = key, RequestHash = requestHash, At = time.GetUtcNow() });
        try
        {
            await db.SaveChangesAsync(cancellationToken);
            return null;
        }
        catch (DbUpdateException e) when (e.IsTaken())
        {
            db.ChangeTracker.Clear();
        }

        var row = await db.RepeatedRequests.AsNoTracking().SingleOrDefaultAsync(r => r.UserId == userId && r.Key == key, cancellationToken);
        return row is null
            ? new RepeatedRequest(requestHash, null, null, null, [])
            : new RepeatedRequest(row.RequestHash, row.Status, row.ContentType, row.Location, row.Body is { } body ? Convert.FromBase64String(protector.Unprotect(SecretKind.Answer, Guid.Empty, body)) : []);
    }

    public async Task EndAsync(string userId, string key, RepeatedRequest answer, CancellationToken cancellationToken)
    {
        var body = protector.Protect(SecretKind.Answer, Guid.Empty, Convert.ToBase64String(answer.Body));
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        await db.RepeatedRequests.Where(r => r.UserId == userId && r.Key == key).ExecuteUpdateAsync(
            r => r.SetProperty(x => x.Status, answer.Status).SetProperty(x => x.ContentType, answer.ContentType).SetProperty(x => x.Location, answer.Location).SetProperty(x => x.Body, body),
            cancellationToken);
    }

    public async Task ForgetAsync(string userId, string key, CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        await db.RepeatedRequests.Where(r => r.UserId == userId && r.Key == key).ExecuteDeleteAsync(cancellationToken);
    }
}
