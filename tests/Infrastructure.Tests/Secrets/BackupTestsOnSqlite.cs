using ClusterPanel.Infrastructure.Tests.Persistence;

namespace ClusterPanel.Infrastructure.Tests.Secrets;

public sealed class BackupTestsOnSqlite(SqliteDatabases databases) : BackupTests(databases);
