namespace ClusterPanel.Infrastructure.Identity;

/// <summary>What a user may do. The roles are part of the schema.</summary>
public static class Roles
{
    public const string Administrator = "Administrator";
    public const string Operator = "Operator";
    public const string Viewer = "Viewer";

    public static readonly IReadOnlyList<string> All = [Administrator, Operator, Viewer];
}
