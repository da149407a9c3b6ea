using ClusterPanel.Core.Access;
using ClusterPanel.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace ClusterPanel.Infrastructure.Identity;

/// <inheritdoc/>
internal sealed class Rights(IDbContextFactory<AppDbContext> factory, TimeProvider time) : IRights
{
    public async Task<Actor?> FindAsync(string userId, string? stamp, Guid? tokenId, CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        var user = await db.Users.AsNoTracking().Where(u => u.Id == userId).Select(u => new
        {
            u.UserName,
            u.SecurityStamp,
            u.Blocked,
            Roles = db.UserRoles.Where(r => r.UserId == u.Id).Join(db.Roles, r => r.RoleId, r => r.Id, (_, r) => r.Name).ToList(),
        }).SingleOrDefaultAsync(cancellationToken);
        if (user is null || user.Blocked)
        {
            return null;
        }

        var role = Roles.Highest(user.Roles);
        if (tokenId is null)
        {
            return user.SecurityStamp == stamp ? new Actor(userId, user.UserName ?? "", role, null, null) : null;
        }

        var now = time.GetUtcNow();
        var token = await db.ApiTokens.AsNoTracking().SingleOrDefaultAsync(t => t.Id == tokenId && t.UserId == userId && t.ExpiresAt > now, cancellationToken);
        return token is null ? null : new Actor(userId, user.UserName ?? "", token.Role < role ? token.Role : role, null, token.Name);
    }
}
