namespace ClusterPanel.Infrastructure.Tests.Persistence;

public sealed class StartTestsOnPostgres(PostgresDatabases databases) : StartTests(databases);
