namespace ClusterPanel.Web.Hosting;

/// <summary>Where appsettings.json and the pages' files are: beside the program, from whichever directory it is started.</summary>
internal static class ContentRoot
{
    /// <summary>Null leaves it to the command line (<c>--contentRoot</c>) or to a development server.</summary>
    public static string? Of(string[] args) =>
        args.Any(a => a.Contains("contentRoot", StringComparison.OrdinalIgnoreCase)) || File.Exists(Path.Combine(Directory.GetCurrentDirectory(), "Web.csproj"))
            ? null
            : AppContext.BaseDirectory;
}
