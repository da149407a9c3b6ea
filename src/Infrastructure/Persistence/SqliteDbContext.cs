using Microsoft.EntityFrameworkCore;

namespace ClusterPanel.Infrastructure.Persistence;

/// <summary>The database as the embedded SQLite file keeps it.</summary>
public sealed class SqliteDbContext(DbContextOptions<SqliteDbContext> options) : AppDbContext(options)
{
    internal override SqlDialect Dialect => SqliteDialect.Instance;
}
