using System.Diagnostics;
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

    public async ValueTask<byte[]> BackUpAsync(TestSettings settings)
    {
        var dump = Path.Combine(settings.DataDirectory, "backup.sql");
        await RunAsync("pg_dump", settings.ConnectionString, "--no-owner", "--no-privileges", $"--file={dump}");
        return await File.ReadAllBytesAsync(dump);
    }

    public async ValueTask<TestSettings> RestoreAsync(byte[] backup)
    {
        var settings = await CreateDatabaseAsync("template1");
        var dump = Path.Combine(settings.DataDirectory, "backup.sql");
        await File.WriteAllBytesAsync(dump, backup);
        await RunAsync("psql", settings.ConnectionString, "--quiet", "--no-psqlrc", "--set=ON_ERROR_STOP=1", "--single-transaction", $"--file={dump}");
        return settings;
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
        var settings = await CreateDatabaseAsync(template);
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

    private async ValueTask<TestSettings> CreateDatabaseAsync(string template)
    {
        await EnsureServerAsync();
        var name = $"test{Interlocked.Increment(ref _number)}";
        await ExecuteAsync($"CREATE DATABASE {name} TEMPLATE {template}");
        return new TestSettings(Directory.CreateTempSubdirectory("clusterpanel-test-").FullName, ConnectionString(name));
    }

    // One of PostgreSQL's own programs, on a database.
    private static async Task RunAsync(string program, string connectionString, params string[] arguments)
    {
        var target = new NpgsqlConnectionStringBuilder(connectionString);
        string[] where = [$"--host={target.Host}", string.Create(CultureInfo.InvariantCulture, $"--port={target.Port}"), $"--username={target.Username}", $"--dbname={target.Database}"];
        using var process = Process.Start(new ProcessStartInfo(Path.Combine(PostgresServer.Programs!, program), [.. where, .. arguments]) { RedirectStandardError = true })!;
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{program} ended with {process.ExitCode}: {error}");
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
