using Npgsql;

namespace ClusterPanel.Infrastructure.Persistence;

/// <summary>A session's advisory lock; the server gives it back when the connection ends, however that happens.</summary>
internal static class PostgresStartLock
{
    // "clupanel" in ASCII: the same in every version of the panel.
    private const string Lock = "SELECT pg_advisory_lock(7164781117830555756)";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public static async Task<IAsyncDisposable> AcquireAsync(string connectionString, TimeProvider time, CancellationToken cancellationToken)
    {
        // A pooled connection would go back to the pool with the lock still taken.
        var target = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false };
        var where = $"{target.Host}:{target.Port}, database {target.Database}";
        var connection = new NpgsqlConnection(target.ConnectionString);
        var isOpen = false;
        try
        {
            await OpenAsync(connection, time, cancellationToken);
            isOpen = true;
            await using var command = new NpgsqlCommand(Lock, connection) { CommandTimeout = (int)Patience.TotalSeconds };
            await command.ExecuteNonQueryAsync(cancellationToken);
            return connection;
        }
        catch (Exception e)
        {
            await connection.DisposeAsync();
            if (e is not NpgsqlException)
            {
                throw;
            }

            throw new StartRefusedException(
                isOpen && e.InnerException is TimeoutException
                    ? $"Another panel process has been starting on PostgreSQL at {where} for {Patience.TotalMinutes} minutes: stop it, then start this one again."
                    : $"The panel cannot use PostgreSQL at {where} (setting Database:ConnectionString): {(e as PostgresException)?.MessageText ?? e.Message}",
                e);
        }
    }

    // The database is often started together with the panel and needs some seconds longer.
    private static async Task OpenAsync(NpgsqlConnection connection, TimeProvider time, CancellationToken cancellationToken)
    {
        var begun = time.GetTimestamp();
        while (true)
        {
            try
            {
                await connection.OpenAsync(cancellationToken);
                return;
            }
            catch (NpgsqlException e) when (e.IsTransient && time.GetElapsedTime(begun) < Patience / 4)
            {
                await Task.Delay(Pause, time, cancellationToken);
            }
        }
    }
}
