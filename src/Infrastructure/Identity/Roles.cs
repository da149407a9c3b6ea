using ClusterPanel.Core.Access;

namespace ClusterPanel.Infrastructure.Identity;

/// <summary>Roles as Identity stores them: by name. They are part of the schema.</summary>
public static class Roles
{
    /// <summary>Their names.</summary>
    public static readonly IReadOnlyList<string> All = [.. Enum.GetNames<Role>().Reverse()];

    /// <summary>What somebody with these roles may do; with none, only look.</summary>
    public static Role Highest(IEnumerable<string?> names) =>
        names.Select(n => Enum.TryParse<Role>(n, out var role) ? role : Role.Viewer).DefaultIfEmpty(Role.Viewer).Max();
}
