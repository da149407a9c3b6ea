namespace ClusterPanel.Infrastructure.Persistence;

/// <summary>The order of names in lists. Not the database's: PostgreSQL's depends on how the server was set up.</summary>
internal static class Names
{
    public static StringComparer Order => StringComparer.OrdinalIgnoreCase;
}
