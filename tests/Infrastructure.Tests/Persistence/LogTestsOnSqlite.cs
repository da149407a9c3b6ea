namespace ClusterPanel.Infrastructure.Tests.Persistence;

public sealed class LogTestsOnSqlite(SqliteDatabases databases) : LogTests(databases);
