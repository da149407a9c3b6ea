namespace ClusterPanel.Infrastructure.Tests.Persistence;

public sealed class HostStoreTestsOnSqlite(SqliteDatabases databases) : HostStoreTests(databases);
