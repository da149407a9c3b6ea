using System.Data.Common;
using ClusterPanel.Core.Deployments;
using ClusterPanel.Infrastructure.Persistence.Rows;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace ClusterPanel.Infrastructure.Persistence;

// Locks no rows: Microsoft.Data.Sqlite begins every transaction with BEGIN IMMEDIATE, which has the whole database to itself.
internal sealed class SqliteDialect() : SqlDialect("CAST(unixepoch('subsec') * 1000000 AS INTEGER)", "", "")
{
    public static readonly SqliteDialect Instance = new();

    private const string InsertLog = """
        INSERT INTO "LogLines" ("DeploymentId", "Sequence", "Time", "Stage", "Host", "Stream", "Text") VALUES ($d, $n, $t, $s, $h, $st, $x)
        """;

    public override Task<IAsyncDisposable> OpenForStartAsync(AppDbContext db, TimeProvider time, CancellationToken cancellationToken) =>
        SqliteStartLock.AcquireAsync(db.Database.GetDbConnection().DataSource, time, cancellationToken);

    public override async Task PrepareAsync(AppDbContext db, CancellationToken cancellationToken)
    {
        await db.Database.ExecuteSqlRawAsync("PRAGMA journal_mode = WAL", cancellationToken);

        // EF's own lock is a row that a killed process leaves behind for ever; under the start lock it can only be such a one.
        await db.Database.ExecuteSqlRawAsync("DROP TABLE IF EXISTS \"__EFMigrationsLock\"", cancellationToken);
    }

    public override async Task InsertLogAsync(
        DbConnection connection, DbTransaction transaction, Guid deploymentId, long first, IReadOnlyList<NewLogLine> lines, CancellationToken cancellationToken)
    {
        await using var command = new SqliteCommand(InsertLog, (SqliteConnection)connection, (SqliteTransaction)transaction);
        command.Parameters.AddWithValue("$d", deploymentId);
        var sequence = command.Parameters.Add("$n", SqliteType.Integer);
        var time = command.Parameters.Add("$t", SqliteType.Integer);
        var stage = command.Parameters.Add("$s", SqliteType.Text);
        var host = command.Parameters.Add("$h", SqliteType.Text);
        var stream = command.Parameters.Add("$st", SqliteType.Integer);
        var text = command.Parameters.Add("$x", SqliteType.Text);
        for (var i = 0; i < lines.Count; i++)
        {
            sequence.Value = first + i;
            time.Value = UtcMicroseconds.Of(lines[i].Time);
            stage.Value = lines[i].Stage;
            host.Value = lines[i].Host;
            stream.Value = (int)lines[i].Stream;
            text.Value = PlainText.Clean(lines[i].Text);
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    // SQLite's LIKE ignores the case of ASCII letters only.
    public override IQueryable<LogLineRow> Containing(IQueryable<LogLineRow> lines, string search)
    {
        var pattern = LikePattern(search);
        return lines.Where(l => EF.Functions.Like(l.Text, pattern, @"\"));
    }
}
