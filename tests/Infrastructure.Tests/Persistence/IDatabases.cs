namespace ClusterPanel.Infrastructure.Tests.Persistence;

/// <summary>Makes databases of one kind.</summary>
public interface IDatabases
{
    /// <summary>Settings of a database with nothing in it, not even a schema.</summary>
    ValueTask<TestSettings> CreateEmptyAsync();

    /// <summary>Settings of a database that was started once: schema, master key, key ring.</summary>
    ValueTask<TestSettings> CreateStartedAsync();

    ValueTask DropAsync(TestSettings settings);
}
