using ClusterPanel.Infrastructure.Tests.Persistence;

namespace ClusterPanel.Infrastructure.Tests.Secrets;

public sealed class RotationTestsOnSqlite(SqliteDatabases databases) : RotationTests(databases);
