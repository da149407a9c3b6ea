using ClusterPanel.Infrastructure.Tests.Persistence;

namespace ClusterPanel.Infrastructure.Tests.Secrets;

public sealed class RotationTestsOnPostgres(PostgresDatabases databases) : RotationTests(databases);
