namespace ClusterPanel.Infrastructure.Tests.Persistence;

public sealed class CredentialStoreTestsOnSqlite(SqliteDatabases databases) : CredentialStoreTests(databases);
