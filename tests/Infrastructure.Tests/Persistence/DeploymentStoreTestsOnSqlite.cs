namespace ClusterPanel.Infrastructure.Tests.Persistence;

public sealed class DeploymentStoreTestsOnSqlite(SqliteDatabases databases) : DeploymentStoreTests(databases);
