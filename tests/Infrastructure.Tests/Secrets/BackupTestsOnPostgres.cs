using ClusterPanel.Infrastructure.Tests.Persistence;

namespace ClusterPanel.Infrastructure.Tests.Secrets;

public sealed class BackupTestsOnPostgres(PostgresDatabases databases) : BackupTests(databases);
