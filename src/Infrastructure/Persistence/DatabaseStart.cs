using System.Data.Common;
using ClusterPanel.Infrastructure.Secrets;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ClusterPanel.Infrastructure.Persistence;

/// <summary>
/// Brings the database to this version and proves that its secrets can be read, before anything else runs. One process at a
/// time, so that two that start at once make one schema, one master key and one panel id.
/// </summary>
internal sealed class DatabaseStart(
    IDbContextFactory<AppDbContext> factory, Canary canary, SettingStore settings, PanelId panelId, TimeProvider time, ILogger<DatabaseStart> logger)
{
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var db = await factory.CreateDbContextAsync(cancellationToken);
            await using var startLock = await db.Dialect.OpenForStartAsync(db, time, cancellationToken);
            await MigrateAsync(db, cancellationToken);
            await canary.CheckAsync(cancellationToken);
            await panelId.LoadAsync(settings, cancellationToken);
        }
        catch (OptionsValidationException e)
        {
            throw new StartRefusedException(string.Join(" ", e.Failures), e);
        }
        catch (DbException e)
        {
            throw new StartRefusedException($"The database cannot be used by this version of the panel: {e.Message.ReplaceLineEndings(" ")}", e);
        }
    }

    private async Task MigrateAsync(AppDbContext db, CancellationToken cancellationToken)
    {
        await db.Dialect.PrepareAsync(db, cancellationToken);
        var known = db.Database.GetMigrations().ToList();
        var applied = (await db.Database.GetAppliedMigrationsAsync(cancellationToken)).ToList();
        if (applied.Except(known).LastOrDefault() is { } newer)
        {
            throw new StartRefusedException(
                $"The database was written by a newer ClusterPanel (its schema has {newer}, which this version does not know): start that version, or restore a backup from before the upgrade.");
        }

        foreach (var migration in known.Except(applied))
        {
            Log.Migrating(logger, migration);
        }

        await db.Database.MigrateAsync(cancellationToken);
    }
}
