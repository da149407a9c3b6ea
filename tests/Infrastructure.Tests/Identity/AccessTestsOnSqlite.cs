using ClusterPanel.Infrastructure.Tests.Persistence;

namespace ClusterPanel.Infrastructure.Tests.Identity;

public sealed class AccessTestsOnSqlite(SqliteDatabases databases) : AccessTests(databases);
