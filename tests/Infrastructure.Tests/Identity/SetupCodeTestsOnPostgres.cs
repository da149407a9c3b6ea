using ClusterPanel.Infrastructure.Tests.Persistence;

namespace ClusterPanel.Infrastructure.Tests.Identity;

public sealed class SetupCodeTestsOnPostgres(PostgresDatabases databases) : SetupCodeTests(databases);
