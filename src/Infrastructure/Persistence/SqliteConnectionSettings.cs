using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace ClusterPanel.Infrastructure.Persistence;

/// <summary>
/// Sets what SQLite forgets with every connection: how long a writer waits for another one, and that a commit is on the disk
/// when it returns (the journal promises that).
/// </summary>
internal sealed class SqliteConnectionSettings : DbConnectionInterceptor
{
    private const string Pragmas = "PRAGMA busy_timeout = 10000; PRAGMA synchronous = FULL;";

    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
    {
        using var command = connection.CreateCommand();
        command.CommandText = Pragmas;
        command.ExecuteNonQuery();
    }

    // Microsoft.Data.Sqlite has nothing asynchronous to wait for.
    public override Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        ConnectionOpened(connection, eventData);
        return Task.CompletedTask;
    }
}
