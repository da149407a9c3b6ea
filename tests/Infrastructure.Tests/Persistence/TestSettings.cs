namespace ClusterPanel.Infrastructure.Tests.Persistence;

/// <summary>What a panel process is configured with.</summary>
/// <param name="DataDirectory">Directory of its own; the master key is in it.</param>
/// <param name="ConnectionString">Empty for SQLite.</param>
public sealed record TestSettings(string DataDirectory, string ConnectionString)
{
    public string MasterKeyFile => Path.Combine(DataDirectory, "master.key");

    public string SqliteFile => Path.Combine(DataDirectory, "clusterpanel.db");

    public Dictionary<string, string?> ToConfiguration() => new()
    {
        ["Panel:DataDirectory"] = DataDirectory,
        ["Panel:MasterKeyFile"] = ConnectionString.Length > 0 ? MasterKeyFile : "",
        ["Database:ConnectionString"] = ConnectionString,
    };
}
