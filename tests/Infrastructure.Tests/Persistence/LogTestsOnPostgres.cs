namespace ClusterPanel.Infrastructure.Tests.Persistence;

public sealed class LogTestsOnPostgres(PostgresDatabases databases) : LogTests(databases);
