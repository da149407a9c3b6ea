namespace ClusterPanel.Infrastructure.Tests.Persistence;

public sealed class HostStoreTestsOnPostgres(PostgresDatabases databases) : HostStoreTests(databases);
