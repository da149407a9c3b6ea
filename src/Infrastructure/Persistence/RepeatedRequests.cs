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
        db.RepeatedRequests.Add(new RepeatedRequestRow { UserId = userId, Key = key, RequestHash = Hide(requestHash), At = time.GetUtcNow() });
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
            : new RepeatedRequest(Show(row.RequestHash), row.Status, row.ContentType, row.Location, row.Body is { } body ? Convert.FromBase64String(protector.Unprotect(SecretKind.Answer, Guid.Empty, body)) : []);
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

    // A body holds passwords now and then, and everything else in it can be guessed: its plain hash would tell whoever has a copy of the
    // database which password is the right one.
    private string Hide(string hash) => Convert.ToBase64String(protector.Protect(SecretKind.Answer, Guid.Empty, hash));

    private string Show(string hidden) => protector.Unprotect(SecretKind.Answer, Guid.Empty, Convert.FromBase64String(hidden));
}
