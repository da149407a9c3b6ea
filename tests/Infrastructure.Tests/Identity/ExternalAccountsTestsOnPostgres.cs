using ClusterPanel.Infrastructure.Tests.Persistence;

namespace ClusterPanel.Infrastructure.Tests.Identity;

public sealed class ExternalAccountsTestsOnPostgres(PostgresDatabases databases) : ExternalAccountsTests(databases);
