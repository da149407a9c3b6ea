namespace ClusterPanel.Infrastructure.Tests.Persistence;

public sealed class StartTestsOnSqlite(SqliteDatabases databases) : StartTests(databases);
