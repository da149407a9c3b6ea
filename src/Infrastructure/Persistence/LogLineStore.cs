using ClusterPanel.Core.Deployments;
using ClusterPanel.Core.Hosts;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace ClusterPanel.Infrastructure.Persistence;

/// <summary>Log lines, and how far the files they come from were read.</summary>
internal sealed class LogLineStore(IDbContextFactory<AppDbContext> factory, TimeProvider time)
{
    /// <summary>
    /// Appends inside the caller's transaction, which holds the cluster's lock. Lines that are there already, because the answer to
    /// an earlier commit was lost, are left as they are.
    /// </summary>
    public static async Task AppendAsync(
        AppDbContext db, Guid deploymentId, long first, IReadOnlyList<NewLogLine> lines, IReadOnlyList<StreamOffsets> offsets, CancellationToken cancellationToken)
    {
        var last = lines.Count == 0 ? first - 1 : await LastAsync(db, deploymentId, cancellationToken);
        if (last == first - 1)
        {
            await db.Dialect.InsertLogAsync(
                db.Database.GetDbConnection(), db.Database.CurrentTransaction!.GetDbTransaction(), deploymentId, first, lines, cancellationToken);
        }
        else if (last != first + lines.Count - 1)
        {
            throw new InvalidOperationException($"The log of deployment {deploymentId} ends at {last}; lines {first} to {first + lines.Count - 1} do not fit on.");
        }

        foreach (var offset in offsets)
        {
            await db.Database.ExecuteSqlRawAsync(db.Dialect.SaveOffsets, [deploymentId, offset.Unit, offset.Output, offset.Error], cancellationToken);
        }
    }

    public async Task<long> ReadLastSequenceAsync(Guid deploymentId, CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        return await LastAsync(db, deploymentId, cancellationToken);
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

    /// <summary>Leaves one line, which says so, of the logs of deployments that ended before a moment. Returns how many logs it removed.</summary>
    public async Task<int> RemoveOldAsync(DateTimeOffset endedBefore, int days, CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        var old = await db.Deployments.WhereFinished()
            .Where(d => d.EndedAt < endedBefore && db.LogLines.Count(l => l.DeploymentId == d.Id) > 1)
            .Select(d => new { d.Id, d.ClusterId }).ToListAsync(cancellationToken);
        foreach (var deployment in old)
        {
            await factory.InTransactionAsync(transaction => RemoveAsync(transaction, deployment.Id, deployment.ClusterId, days, cancellationToken), cancellationToken);
        }

        return old.Count;
    }

    // Under the cluster's lock, and only when it was not resumed meanwhile. The numbers go on, so that no reader takes an old place for a new one.
    private async Task RemoveAsync(AppDbContext db, Guid deploymentId, Guid clusterId, int days, CancellationToken cancellationToken)
    {
        await db.LockClusterAsync(clusterId, cancellationToken);
        var last = await LastAsync(db, deploymentId, cancellationToken);
        var finished = await db.Deployments.WhereFinished().AnyAsync(d => d.Id == deploymentId, cancellationToken);
        if (last == 0 || !finished)
        {
            return;
        }

        await db.LogLines.Where(l => l.DeploymentId == deploymentId && l.Sequence <= last).ExecuteDeleteAsync(cancellationToken);
        var said = new NewLogLine(time.GetUtcNow(), "", "", LineSource.Panel, $"{last} lines were removed: the deployment ended more than {days} days ago (setting Log:KeepDays).");
        await db.Dialect.InsertLogAsync(db.Database.GetDbConnection(), db.Database.CurrentTransaction!.GetDbTransaction(), deploymentId, last + 1, [said], cancellationToken);
    }

    private static async Task<long> LastAsync(AppDbContext db, Guid deploymentId, CancellationToken cancellationToken) =>
        await db.LogLines.Where(l => l.DeploymentId == deploymentId).MaxAsync(l => (long?)l.Sequence, cancellationToken) ?? 0;
}
