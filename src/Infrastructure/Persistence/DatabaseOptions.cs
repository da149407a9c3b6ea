namespace ClusterPanel.Infrastructure.Persistence;

/// <summary>Section <c>Database</c>: which database the panel keeps everything in.</summary>
public sealed class DatabaseOptions
{
    public const string Section = "Database";

    /// <summary>Npgsql's connection string; empty means the embedded SQLite file <c>clusterpanel.db</c> in the data directory.</summary>
    public string ConnectionString { get; set; } = "";

    /// <summary>File with the password of the connection, so that it stands in no setting; empty when the connection string has what it needs.</summary>
    public string PasswordFile { get; set; } = "";

    public bool IsPostgres => ConnectionString.Length > 0;
}
