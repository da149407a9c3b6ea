namespace ClusterPanel.Web.Components.Layout;

/// <summary>The operator's choice between light and dark, kept in a cookie that <c>theme.js</c> writes; null follows the system.</summary>
internal static class ThemeChoice
{
    public const string Dark = "dark";
    public const string Light = "light";

    public static string? Read(HttpRequest request) => request.Cookies["theme"] is { } theme and (Dark or Light) ? theme : null;
}
