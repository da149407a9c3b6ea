namespace ClusterPanel.Infrastructure.Tests.Persistence;

public sealed class DeploymentStoreTestsOnPostgres(PostgresDatabases databases) : DeploymentStoreTests(databases);
