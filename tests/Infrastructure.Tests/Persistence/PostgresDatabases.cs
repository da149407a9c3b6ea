using System.Globalization;
using Npgsql;

namespace ClusterPanel.Infrastructure.Tests.Persistence;

/// <summary>Databases on a PostgreSQL server that starts with the first one asked for. The started one is made once and used as template.</summary>
public sealed class PostgresDatabases : IDatabases, IAsyncDisposable
{
    private readonly SemaphoreSlim _gate = new(1);
    private PostgresServer? _server;
    private TestSettings? _started;
    private int _number;

    public ValueTask<TestSettings> CreateEmptyAsync() => CreateAsync("template1", masterKeyFile: null);

    public async ValueTask<TestSettings> CreateStartedAsync()
    {
        var empty = _started is null ? await CreateEmptyAsync() : null;
        await _gate.WaitAsync();
        try
        {
            if (_started is null)
            {
                await using (await TestPanel.StartAsync(empty!))
                {
                    _started = empty;
                }

                // A database with open connections cannot be a template.
                NpgsqlConnection.ClearAllPools();
            }
        }
        finally
        {
            _gate.Release();
        }

        return await CreateAsync(new NpgsqlConnectionStringBuilder(_started!.ConnectionString).Database!, _started.MasterKeyFile);
    }

    public async ValueTask DropAsync(TestSettings settings)
    {
        Directory.Delete(settings.DataDirectory, recursive: true);
        await ExecuteAsync($"DROP DATABASE {new NpgsqlConnectionStringBuilder(settings.ConnectionString).Database} WITH (FORCE)");
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            NpgsqlConnection.ClearAllPools();
            await _server.DisposeAsync();
        }

        if (_started is not null)
        {
            Directory.Delete(_started.DataDirectory, recursive: true);
        }

        _gate.Dispose();
    }

    private async ValueTask<TestSettings> CreateAsync(string template, string? masterKeyFile)
    {
        await EnsureServerAsync();
        var name = $"test{Interlocked.Increment(ref _number)}";
        await ExecuteAsync($"CREATE DATABASE {name} TEMPLATE {template}");
        var settings = new TestSettings(Directory.CreateTempSubdirectory("clusterpanel-test-").FullName, ConnectionString(name));
        if (masterKeyFile is null)
        {
            await MasterKeys.WriteAsync(settings.MasterKeyFile);
        }
        else
        {
            File.Copy(masterKeyFile, settings.MasterKeyFile);
        }

        return settings;
    }

    private async Task EnsureServerAsync()
    {
        await _gate.WaitAsync();
        try
        {
            if (_server is null)
            {
                Assert.SkipWhen(PostgresServer.Programs is null, "PostgreSQL's server is not installed (Debian: postgresql).");
                _server = await PostgresServer.StartAsync(PostgresServer.Programs!);
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString("postgres"));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private string ConnectionString(string database) =>
        string.Create(CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={_server!.Port};Username=postgres;Database={database};Maximum Pool Size=20");
}
