namespace ClusterPanel.Infrastructure.Tests.Persistence;

public sealed class LeaseTestsOnSqlite(SqliteDatabases databases) : LeaseTests(databases);
