namespace ClusterPanel.Web.Accounts;

/// <summary>Where to go after signing in: never to another site.</summary>
internal static class LocalPath
{
    public static string Of(string? url) =>
        url is ['/', ..] && !url.StartsWith("//", StringComparison.Ordinal) && !url.StartsWith("/\\", StringComparison.Ordinal) && !url.Any(char.IsControl) ? url : "/";
}
