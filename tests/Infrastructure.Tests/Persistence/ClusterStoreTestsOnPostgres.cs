namespace ClusterPanel.Infrastructure.Tests.Persistence;

public sealed class ClusterStoreTestsOnPostgres(PostgresDatabases databases) : ClusterStoreTests(databases);
