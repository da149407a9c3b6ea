namespace ClusterPanel.Infrastructure.Tests.Persistence;

public sealed class PackageStoreTestsOnSqlite(SqliteDatabases databases) : PackageStoreTests(databases);
