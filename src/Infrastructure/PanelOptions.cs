namespace ClusterPanel.Infrastructure;

/// <summary>Section <c>Panel</c>: where the panel keeps its own files.</summary>
public sealed class PanelOptions
{
    public const string Section = "Panel";

    /// <summary>Directory of the embedded database and the master key; empty means the user's own data directory.</summary>
    public string DataDirectory { get; set; } = "";

    /// <summary>File with the key that wraps all others; empty means <c>master.key</c> in the data directory, with SQLite only.</summary>
    public string MasterKeyFile { get; set; } = "";

    /// <summary>Paths of offline packages that are registered at start.</summary>
    public IList<string> Packages { get; } = [];

    public string EffectiveDataDirectory => DataDirectory.Length > 0
        ? DataDirectory
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "clusterpanel");
}
