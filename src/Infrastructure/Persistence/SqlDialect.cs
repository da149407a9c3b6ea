using System.Data.Common;
using ClusterPanel.Core.Deployments;
using ClusterPanel.Infrastructure.Persistence.Rows;

namespace ClusterPanel.Infrastructure.Persistence;

/// <summary>
/// Everything that must be said differently to the two databases. Leases are judged by the database's own clock, so that the
/// clocks of panel processes do not matter.
/// </summary>
/// <param name="now">The database's clock now (not when the transaction began), in microseconds.</param>
/// <param name="forUpdate">Locks the selected rows; empty where a write transaction has the whole database.</param>
/// <param name="skipLocked">Locks the row of <c>l</c>, passing over those somebody else has locked.</param>
internal abstract class SqlDialect(string now, string forUpdate, string skipLocked)
{
    private const string Unfinished = $"('{nameof(DeploymentStatus.Queued)}', '{nameof(DeploymentStatus.Running)}')";

    /// <summary>Locks one cluster's lease until the transaction ends. {0} cluster.</summary>
    public string LockLease { get; } = $$"""
        SELECT * FROM "ClusterLeases" WHERE "ClusterId" = {0}{{forUpdate}}
        """;

    /// <summary>
    /// Takes the free or expired lease of a cluster with an unfinished deployment, oldest first. The condition is repeated
    /// outside because another process may have taken the row between the choice and the update. {0} owner, {1} duration.
    /// </summary>
    public string Claim { get; } = $$"""
        UPDATE "ClusterLeases" SET
            "DeploymentId" = (SELECT d."Id" FROM "Deployments" d WHERE d."ClusterId" = "ClusterLeases"."ClusterId" AND d."Status" IN {{Unfinished}}),
            "Owner" = {0}, "Token" = "Token" + 1, "ExpiresAt" = {{now}} + {1}
        WHERE ("Owner" IS NULL OR "ExpiresAt" < {{now}}) AND "ClusterId" = (
            SELECT l."ClusterId" FROM "ClusterLeases" l JOIN "Deployments" d ON d."ClusterId" = l."ClusterId"
            WHERE d."Status" IN {{Unfinished}} AND (l."Owner" IS NULL OR l."ExpiresAt" < {{now}})
            ORDER BY d."CreatedAt" LIMIT 1{{skipLocked}})
        RETURNING *
        """;

    /// <summary>Prolongs a lease that is still its holder's. {0} duration, {1} cluster, {2} deployment, {3} owner, {4} token.</summary>
    public string Renew { get; } = $$"""
        UPDATE "ClusterLeases" SET "ExpiresAt" = {{now}} + {0}
        WHERE "ClusterId" = {1} AND "DeploymentId" = {2} AND "Owner" = {3} AND "Token" = {4}
        """;

    /// <summary>Remembers how far a unit's output was read. {0} deployment, {1} unit, {2} output, {3} error.</summary>
    public string SaveOffsets { get; } = """
        INSERT INTO "StreamOffsets" ("DeploymentId", "Unit", "Output", "Error") VALUES ({0}, {1}, {2}, {3})
        ON CONFLICT ("DeploymentId", "Unit") DO UPDATE SET "Output" = excluded."Output", "Error" = excluded."Error"
        """;

    /// <summary>Makes the database reachable and takes the lock under which one process at a time starts; disposing gives it back.</summary>
    /// <exception cref="StartRefusedException">It cannot be reached, or another process keeps the lock for minutes.</exception>
    public abstract Task<IAsyncDisposable> OpenForStartAsync(AppDbContext db, TimeProvider time, CancellationToken cancellationToken);

    /// <summary>What must be right before the first migration; runs under the start lock.</summary>
    public abstract Task PrepareAsync(AppDbContext db, CancellationToken cancellationToken);

    /// <summary>Inserts log lines as <paramref name="first"/>, +1, +2 …; by far the most frequent write, so past EF's change tracker.</summary>
    public abstract Task InsertLogAsync(DbConnection connection, DbTransaction transaction, Guid deploymentId, long first, IReadOnlyList<NewLogLine> lines, CancellationToken cancellationToken);

    /// <summary>Lines whose text contains <paramref name="search"/>, ignoring case.</summary>
    public abstract IQueryable<LogLineRow> Containing(IQueryable<LogLineRow> lines, string search);

    protected static string LikePattern(string search) =>
        "%" + search.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("%", @"\%", StringComparison.Ordinal).Replace("_", @"\_", StringComparison.Ordinal) + "%";
}
