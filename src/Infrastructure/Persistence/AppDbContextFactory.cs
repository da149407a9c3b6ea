using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ClusterPanel.Infrastructure.Persistence;

/// <summary>Opens the database that the settings name.</summary>
internal sealed class AppDbContextFactory(IOptions<DatabaseOptions> database, IOptions<PanelOptions> panel, ILoggerFactory loggers) : IDbContextFactory<AppDbContext>
{
    // Lazy, so that a wrong setting is told by the start and not by whatever asks for the factory first.
    private readonly Lazy<Func<AppDbContext>> _create = new(() => Configure(database.Value, panel.Value, loggers));

    public AppDbContext CreateDbContext() => _create.Value();

    private static Func<AppDbContext> Configure(DatabaseOptions database, PanelOptions panel, ILoggerFactory loggers)
    {
        if (database.IsPostgres)
        {
            var postgres = Common(new DbContextOptionsBuilder<PostgresDbContext>(), loggers)
                .UseNpgsql(PostgresSettings.Complete(database), o => o.ExecutionStrategy(d => new PatientExecutionStrategy(d))).Options;
            return () => new PostgresDbContext(postgres);
        }

        var file = new SqliteConnectionStringBuilder
        {
            DataSource = Path.Combine(panel.EffectiveDataDirectory, "clusterpanel.db"),
            ForeignKeys = true,
            DefaultTimeout = 10,
        };
        // Tables are rebuilt with foreign keys off, which SQLite sets outside of transactions only; it lasts as long as the connection.
        var sqlite = Common(new DbContextOptionsBuilder<SqliteDbContext>(), loggers)
            .UseSqlite(file.ConnectionString, o => o.ExecutionStrategy(d => new PatientExecutionStrategy(d)))
            .ConfigureWarnings(w => w.Ignore(RelationalEventId.NonTransactionalMigrationOperationWarning)).AddInterceptors(new SqliteConnectionSettings()).Options;
        return () => new SqliteDbContext(sqlite);
    }

    // A refused change is often an answer (a name is taken) and not an error; what is one reaches the log as an exception.
    private static DbContextOptionsBuilder<T> Common<T>(DbContextOptionsBuilder<T> builder, ILoggerFactory loggers)
        where T : AppDbContext => builder.UseLoggerFactory(loggers).ConfigureWarnings(w => w.Log(
            (CoreEventId.SaveChangesFailed, LogLevel.Debug),
            (CoreEventId.OptimisticConcurrencyException, LogLevel.Debug),
            (RelationalEventId.CommandError, LogLevel.Debug),
            (RelationalEventId.ConnectionError, LogLevel.Debug),
            (RelationalEventId.CommandExecuted, LogLevel.Debug)));
}
