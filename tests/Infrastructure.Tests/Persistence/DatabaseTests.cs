[assembly: AssemblyFixture(typeof(ClusterPanel.Infrastructure.Tests.Persistence.SqliteDatabases))]
[assembly: AssemblyFixture(typeof(ClusterPanel.Infrastructure.Tests.Persistence.PostgresDatabases))]

namespace ClusterPanel.Infrastructure.Tests.Persistence;

/// <summary>Tests on a database; each gets a fresh one. Derived once for SQLite and once for PostgreSQL.</summary>
public abstract class DatabaseTests(IDatabases databases) : IAsyncLifetime
{
    private TestSettings? _settings;
    private TestPanel? _panel;

    protected static CancellationToken Stop => TestContext.Current.CancellationToken;

    protected TestPanel Panel => _panel!;

    protected TestSettings Settings => _settings!;

    public async ValueTask InitializeAsync()
    {
        _settings = await databases.CreateStartedAsync();
        _panel = await TestPanel.StartAsync(_settings);
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_panel is not null)
        {
            await _panel.DisposeAsync();
            await databases.DropAsync(_settings!);
        }
    }
}
