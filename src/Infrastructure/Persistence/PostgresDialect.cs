using System.Data.Common;
using ClusterPanel.Core.Deployments;
using ClusterPanel.Infrastructure.Persistence.Rows;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace ClusterPanel.Infrastructure.Persistence;

internal sealed class PostgresDialect() : SqlDialect("(extract(epoch FROM clock_timestamp()) * 1000000)::bigint", " FOR UPDATE", " FOR UPDATE OF l SKIP LOCKED")
{
    public static readonly PostgresDialect Instance = new();

    private const string InsertLog = """
        INSERT INTO "LogLines" ("DeploymentId", "Sequence", "Time", "Stage", "Host", "Stream", "Text")
        SELECT $1, $2 + n - 1, t, s, h, st, x FROM unnest($3, $4, $5, $6, $7) WITH ORDINALITY AS u(t, s, h, st, x, n)
        """;

    public override Task<IAsyncDisposable> OpenForStartAsync(AppDbContext db, TimeProvider time, CancellationToken cancellationToken) =>
        PostgresStartLock.AcquireAsync(db.Database.GetConnectionString()!, time, cancellationToken);

    public override Task PrepareAsync(AppDbContext db, CancellationToken cancellationToken) => Task.CompletedTask;

    public override async Task InsertLogAsync(
        DbConnection connection, DbTransaction transaction, Guid deploymentId, long first, IReadOnlyList<NewLogLine> lines, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(InsertLog, (NpgsqlConnection)connection, (NpgsqlTransaction)transaction);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = deploymentId });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = first });
        command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = [.. lines.Select(l => UtcMicroseconds.Of(l.Time))] });
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. lines.Select(l => l.Stage)] });
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. lines.Select(l => l.Host)] });
        command.Parameters.Add(new NpgsqlParameter<int[]> { TypedValue = [.. lines.Select(l => (int)l.Stream)] });
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. lines.Select(l => PlainText.Clean(l.Text))] });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public override IQueryable<LogLineRow> Containing(IQueryable<LogLineRow> lines, string search)
    {
        var pattern = LikePattern(search);
        return lines.Where(l => EF.Functions.ILike(l.Text, pattern, @"\"));
    }
}
