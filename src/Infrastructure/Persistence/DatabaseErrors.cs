using Microsoft.Data.Sqlite;
using Npgsql;

namespace ClusterPanel.Infrastructure.Persistence;

/// <summary>The one place that knows how each database says why it refused a change.</summary>
internal static class DatabaseErrors
{
    private const int SqliteBusy = 5;
    private const int SqliteLocked = 6;
    private const int SqliteFull = 13;
    private const int SqliteForeignKey = 787;
    private const int SqlitePrimaryKey = 1555;

    // What SQLite answers for ON DELETE RESTRICT, which it keeps by a trigger of its own.
    private const int SqliteTrigger = 1811;
    private const int SqliteUnique = 2067;

    /// <summary>True when something is there already that may be there only once.</summary>
    public static bool IsTaken(this Exception exception) => Cause(exception) switch
    {
        PostgresException e => e.SqlState == PostgresErrorCodes.UniqueViolation,
        SqliteException e => e.SqliteExtendedErrorCode is SqlitePrimaryKey or SqliteUnique,
        _ => false,
    };

    /// <summary>True when something else is missing, or still needs what was to be removed.</summary>
    public static bool IsReferenced(this Exception exception) => Cause(exception) switch
    {
        PostgresException e => e.SqlState is PostgresErrorCodes.ForeignKeyViolation or PostgresErrorCodes.RestrictViolation,
        SqliteException e => e.SqliteExtendedErrorCode is SqliteForeignKey or SqliteTrigger,
        _ => false,
    };

    /// <summary>True when the database is away or busy and the same thing may go well later.</summary>
    public static bool IsPassing(this Exception exception) => Cause(exception) switch
    {
        PostgresException e => e.IsTransient || e.SqlState is PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown,
        NpgsqlException e => e.IsTransient,
        SqliteException e => e.SqliteErrorCode is SqliteBusy or SqliteLocked or SqliteFull,
        _ => false,
    };

    private static Exception? Cause(Exception? exception)
    {
        while (exception is not (null or NpgsqlException or SqliteException))
        {
            exception = exception.InnerException;
        }

        return exception;
    }
}
