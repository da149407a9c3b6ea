namespace ClusterPanel.Infrastructure.Tests.Persistence;

/// <summary>Makes databases of one kind.</summary>
public interface IDatabases
{
    /// <summary>Settings of a database with nothing in it, not even a schema.</summary>
    ValueTask<TestSettings> CreateEmptyAsync();

    /// <summary>Settings of a database that was started once: schema, master key, key ring.</summary>
    ValueTask<TestSettings> CreateStartedAsync();

    /// <summary>A backup of the database as docs/backup-and-restore.md makes it, while panels run.</summary>
    ValueTask<byte[]> BackUpAsync(TestSettings settings);

    /// <summary>Settings of another machine with the database from a backup, and without a key file.</summary>
    ValueTask<TestSettings> RestoreAsync(byte[] backup);

    ValueTask DropAsync(TestSettings settings);
}
