namespace ClusterPanel.Infrastructure.Tests.Persistence;

public sealed class ClusterStoreTestsOnSqlite(SqliteDatabases databases) : ClusterStoreTests(databases);
