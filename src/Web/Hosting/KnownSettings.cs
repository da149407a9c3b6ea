namespace ClusterPanel.Web.Hosting;

/// <summary>The panel's own settings. A name that is not one of them is a misspelt one, which would be ignored in silence.</summary>
internal static class KnownSettings
{
    private static readonly string[] Names = ["Panel:Listen", "Panel:DataDirectory", "Panel:MasterKeyFile", "Panel:Packages", "Database:ConnectionString"];

    /// <summary>Checks the names of what is set.</summary>
    /// <exception cref="WrongSettingException">There is no such setting.</exception>
    public static void Check(IConfiguration configuration)
    {
        var set = configuration.GetSection("Panel").GetChildren().Concat(configuration.GetSection("Database").GetChildren());
        if (set.FirstOrDefault(s => !Names.Contains(s.Path, StringComparer.OrdinalIgnoreCase)) is { } unknown)
        {
            throw new WrongSettingException($"There is no setting {unknown.Path}; there are {string.Join(", ", Names)}.");
        }
    }
}
