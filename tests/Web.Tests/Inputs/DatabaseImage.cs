using System.Security.Cryptography;
using System.Text;
using ClusterPanel.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace ClusterPanel.Web.Tests.Inputs;

/// <summary>Everything a database holds, as a hash per table.</summary>
internal static class DatabaseImage
{
    public static async Task<IReadOnlyDictionary<string, string>> OfAsync(IDbContextFactory<AppDbContext> factory, CancellationToken stop)
    {
        await using var db = await factory.CreateDbContextAsync(stop);
        await db.Database.OpenConnectionAsync(stop);
        var tables = await ReadAsync(db, "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name", stop);
        var image = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var table in tables.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            image[table] = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(await ReadAsync(db, $"SELECT * FROM \"{table}\"", stop))));
        }

        return image;
    }

    private static async Task<string> ReadAsync(AppDbContext db, string sql, CancellationToken stop)
    {
        await using var command = db.Database.GetDbConnection().CreateCommand();
#pragma warning disable CA2100 // Names of tables come from the database itself.
        command.CommandText = sql;
#pragma warning restore CA2100
        await using var reader = await command.ExecuteReaderAsync(stop);
        var text = new StringBuilder();
        while (await reader.ReadAsync(stop))
        {
            text.AppendJoin('\t', Enumerable.Range(0, reader.FieldCount).Select(i => reader.GetValue(i) is byte[] bytes ? Convert.ToHexString(bytes) : reader.GetValue(i))).Append('\n');
        }

        return text.ToString();
    }
}
