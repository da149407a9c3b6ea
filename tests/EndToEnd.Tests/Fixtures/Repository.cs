namespace ClusterPanel.EndToEnd.Tests.Fixtures;

/// <summary>Where things lie in the checkout the tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>Folder for screenshots and logs, kept after the run.</summary>
    public static string Output { get; } = Directory.CreateDirectory(Environment.GetEnvironmentVariable("CLUSTERPANEL_OUTPUT") ?? Path.Combine(Root, "output")).FullName;

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "ClusterPanel.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("The tests must run from within the checkout.");
    }
}
