namespace ClusterPanel.Infrastructure.Tests.Persistence;

public sealed class PackageStoreTestsOnPostgres(PostgresDatabases databases) : PackageStoreTests(databases);
