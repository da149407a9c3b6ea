namespace ClusterPanel.EndToEnd.Tests.Fixtures;

/// <summary>Collects the rows of all runs in one file of the test run's output.</summary>
internal static class CrashTable
{
    private static readonly string File = Path.Combine(Repository.Output, "crash-matrix.md");

    /// <summary>Adds rows, and prints them.</summary>
    public static async Task AppendAsync(IReadOnlyList<CrashRow> rows)
    {
        var heading = System.IO.File.Exists(File) ? "" : CrashRow.Heading + Environment.NewLine;
        await System.IO.File.AppendAllTextAsync(File, heading + string.Concat(rows.Select(r => r + Environment.NewLine)));
        foreach (var row in rows)
        {
            TestContext.Current.TestOutputHelper?.WriteLine(row.ToString());
        }
    }
}
