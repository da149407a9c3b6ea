using Microsoft.Data.Sqlite;

namespace ClusterPanel.Infrastructure.Tests.Persistence;

/// <summary>SQLite databases, each in a directory of its own. The started one is made once and copied.</summary>
public sealed class SqliteDatabases : IDatabases, IAsyncDisposable
{
    private readonly SemaphoreSlim _gate = new(1);
    private TestSettings? _started;

    public ValueTask<TestSettings> CreateEmptyAsync() => ValueTask.FromResult(new TestSettings(Directory.CreateTempSubdirectory("clusterpanel-test-").FullName, ""));

    public async ValueTask<TestSettings> CreateStartedAsync()
    {
        await _gate.WaitAsync();
        try
        {
            _started ??= await StartAsync();
        }
        finally
        {
            _gate.Release();
        }

        var copy = await CreateEmptyAsync();
        File.Copy(_started.SqliteFile, copy.SqliteFile);
        File.Copy(_started.MasterKeyFile, copy.MasterKeyFile);
        return copy;
    }

    public async ValueTask<byte[]> BackUpAsync(TestSettings settings)
    {
        var copy = Path.Combine(settings.DataDirectory, "backup.db");
        await SqliteBackup.TakeAsync(settings.SqliteFile, copy);
        return await File.ReadAllBytesAsync(copy);
    }

    public async ValueTask<TestSettings> RestoreAsync(byte[] backup)
    {
        var settings = await CreateEmptyAsync();
        await File.WriteAllBytesAsync(settings.SqliteFile, backup);
        return settings;
    }

    public ValueTask DropAsync(TestSettings settings)
    {
        Directory.Delete(settings.DataDirectory, recursive: true);
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        _gate.Dispose();
        return _started is null ? ValueTask.CompletedTask : DropAsync(_started);
    }

    private async Task<TestSettings> StartAsync()
    {
        var settings = await CreateEmptyAsync();
        await using (await TestPanel.StartAsync(settings))
        {
            // Closing the last connection writes the journal into the file, which is then complete.
            SqliteConnection.ClearAllPools();
        }

        return settings;
    }
}
