using Npgsql;

namespace ClusterPanel.Infrastructure.Persistence;

internal static class PostgresSettings
{
    /// <summary>
    /// The operator's connection string, and what take-over depends on: a process that died or froze inside a transaction must
    /// not keep the lock of its lease's row for the hours TCP needs to notice.
    /// </summary>
    public static string Complete(string connectionString)
    {
        var builder = new NpgsqlConnectionStringBuilder(connectionString);
        builder.Options = $"-c idle_in_transaction_session_timeout=10s {builder.Options}".TrimEnd();
        return builder.ConnectionString;
    }
}
