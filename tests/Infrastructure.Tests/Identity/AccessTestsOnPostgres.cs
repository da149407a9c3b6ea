using ClusterPanel.Infrastructure.Tests.Persistence;

namespace ClusterPanel.Infrastructure.Tests.Identity;

public sealed class AccessTestsOnPostgres(PostgresDatabases databases) : AccessTests(databases);
