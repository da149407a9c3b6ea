using ClusterPanel.Core;
using ClusterPanel.Core.Access;
using ClusterPanel.Core.Auditing;
using Microsoft.EntityFrameworkCore;

namespace ClusterPanel.Infrastructure.Persistence;

internal sealed class TokenStore(IDbContextFactory<AppDbContext> factory, TimeProvider time) : ITokenStore
{
    public async Task<IReadOnlyList<ApiToken>> ListAsync(string? userId, CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        var tokens = await db.ApiTokens.AsNoTracking().Where(t => userId == null || t.UserId == userId)
            .Join(db.Users, t => t.UserId, u => u.Id, (t, u) => new { Token = t, u.UserName }).ToListAsync(cancellationToken);
        foreach (var token in tokens)
        {
            token.Token.Owner = token.UserName ?? "";
        }

        return [.. tokens.Select(t => t.Token).OrderByDescending(t => t.CreatedAt)];
    }

    public async Task<ApiToken?> FindAsync(string hash, CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        return await db.ApiTokens.AsNoTracking().SingleOrDefaultAsync(t => t.Hash == hash, cancellationToken);
    }

    public async Task AddAsync(ApiToken token, AuditEntry entry, CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        db.ApiTokens.Add(token);
        db.Note(entry, time);
        try
        {
            await db.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException e) when (e.IsTaken())
        {
            throw new ConflictException($"You have a token named {token.Name} already.", e);
        }
    }

    public async Task DeleteAsync(Guid id, AuditEntry entry, CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        await db.DeleteAsync(db.ApiTokens.Where(t => t.Id == id), entry, time, cancellationToken);
    }
}
