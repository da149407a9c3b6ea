using ClusterPanel.Infrastructure.Tests.Persistence;

namespace ClusterPanel.Infrastructure.Tests.Identity;

public sealed class SetupCodeTestsOnSqlite(SqliteDatabases databases) : SetupCodeTests(databases);
