using Microsoft.Data.Sqlite;

namespace ClusterPanel.Infrastructure.Tests.Persistence;

/// <summary>A copy of a database that is in use, as the .backup of the program sqlite3 makes it.</summary>
internal static class SqliteBackup
{
    public static async Task TakeAsync(string database, string copy)
    {
        await using var from = new SqliteConnection($"Data Source={database};Pooling=False");
        await using var to = new SqliteConnection($"Data Source={copy};Pooling=False");
        await from.OpenAsync();
        from.BackupDatabase(to);
    }
}
