using ClusterPanel.Infrastructure.Tests.Persistence;

namespace ClusterPanel.Infrastructure.Tests.Identity;

public sealed class ExternalAccountsTestsOnSqlite(SqliteDatabases databases) : ExternalAccountsTests(databases);
