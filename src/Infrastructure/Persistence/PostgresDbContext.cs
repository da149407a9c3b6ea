using Microsoft.EntityFrameworkCore;

namespace ClusterPanel.Infrastructure.Persistence;

/// <summary>The database as PostgreSQL keeps it.</summary>
public sealed class PostgresDbContext(DbContextOptions<PostgresDbContext> options) : AppDbContext(options)
{
    internal override SqlDialect Dialect => PostgresDialect.Instance;
}
