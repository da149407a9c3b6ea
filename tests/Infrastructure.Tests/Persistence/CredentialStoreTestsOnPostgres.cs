namespace ClusterPanel.Infrastructure.Tests.Persistence;

public sealed class CredentialStoreTestsOnPostgres(PostgresDatabases databases) : CredentialStoreTests(databases);
