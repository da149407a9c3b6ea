using ClusterPanel.Core.Deployments;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace ClusterPanel.Infrastructure.Persistence;

/// <summary>Log lines, and how far the files they come from were read.</summary>
internal sealed class LogLineStore(IDbContextFactory<AppDbContext> factory)
{
    /// <summary>Appends inside the caller's transaction, which holds the cluster's lock: that makes the numbers gapless.</summary>
    public static async Task AppendAsync(
        AppDbContext db, Guid deploymentId, IReadOnlyList<NewLogLine> lines, IReadOnlyList<StreamOffsets> offsets, CancellationToken cancellationToken)
    {
        if (lines.Count > 0)
        {
            var last = await db.LogLines.Where(l => l.DeploymentId == deploymentId).MaxAsync(l => (long?)l.Sequence, cancellationToken) ?? 0;
            await db.Dialect.InsertLogAsync(
                db.Database.GetDbConnection(), db.Database.CurrentTransaction!.GetDbTransaction(), deploymentId, last + 1, lines, cancellationToken);
        }

        foreach (var offset in offsets)
        {
            await db.Database.ExecuteSqlRawAsync(db.Dialect.SaveOffsets, [deploymentId, offset.Unit, offset.Output, offset.Error], cancellationToken);
        }
    }

    public async Task<StreamOffsets> ReadOffsetsAsync(Guid deploymentId, string unit, CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        var row = await db.StreamOffsets.AsNoTracking().SingleOrDefaultAsync(o => o.DeploymentId == deploymentId && o.Unit == unit, cancellationToken);
        return new StreamOffsets(unit, row?.Output ?? 0, row?.Error ?? 0);
    }

    public async Task<IReadOnlyList<LogLine>> ReadAsync(Guid deploymentId, LogQuery query, CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        var lines = db.LogLines.Where(l => l.DeploymentId == deploymentId && l.Sequence > query.After);
        lines = query.Host is null ? lines : lines.Where(l => l.Host == query.Host);
        lines = query.Stage is null ? lines : lines.Where(l => l.Stage == query.Stage);
        lines = string.IsNullOrEmpty(query.Search) ? lines : db.Dialect.Containing(lines, query.Search);
        return await lines.OrderBy(l => l.Sequence).Take(query.Take)
            .Select(l => new LogLine(l.Sequence, l.Time, l.Stage, l.Host, l.Stream, l.Text)).ToListAsync(cancellationToken);
    }
}
