using ClusterPanel.Infrastructure.Persistence.Rows;
using Microsoft.EntityFrameworkCore;

namespace ClusterPanel.Infrastructure.Persistence;

/// <summary>Single values of the panel itself.</summary>
internal sealed class SettingStore(IDbContextFactory<AppDbContext> factory)
{
    public async Task<string?> FindAsync(string key, CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        return await db.Settings.Where(s => s.Key == key).Select(s => s.Value).SingleOrDefaultAsync(cancellationToken);
    }

    public async Task SaveAsync(string key, string value, CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        if (await db.Settings.FindAsync([key], cancellationToken) is { } row)
        {
            row.Value = value;
        }
        else
        {
            db.Settings.Add(new SettingRow { Key = key, Value = value });
        }

        await db.SaveChangesAsync(cancellationToken);
    }
}
