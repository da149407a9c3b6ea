namespace ClusterPanel.Infrastructure.Packages;

/// <summary>Names inside an archive, which nobody vouches for.</summary>
internal static class EntryName
{
    /// <summary>The name without "./" and trailing slash; "" for the root itself.</summary>
    /// <exception cref="PackageProblemException">It leads, or could lead, out of the archive.</exception>
    public static string Clean(string name)
    {
        if (name.StartsWith('/'))
        {
            throw new PackageProblemException($"it holds an absolute path, {Shown(name)}, and would write outside its folder");
        }

        if (name.Any(char.IsControl) || name.Contains('\\'))
        {
            throw new PackageProblemException($"it holds a file name with control characters or backslashes, {Shown(name)}");
        }

        var parts = name.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(p => p != ".").ToArray();
        return parts.Contains("..") ? throw new PackageProblemException($"it holds a path with \"..\", {Shown(name)}, and would write outside its folder") : string.Join('/', parts);
    }

    /// <summary>Refuses a link whose target is outside the package.</summary>
    /// <param name="name">Cleaned name of the link.</param>
    /// <param name="target">Where it points; for a hard link, from the archive's root.</param>
    /// <param name="fromRoot">True for a hard link.</param>
    public static void CheckLink(string name, string target, bool fromRoot)
    {
        var depth = fromRoot ? 0 : name.Count(c => c == '/');
        var parts = target.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(p => p != ".");
        foreach (var part in parts)
        {
            depth += part == ".." ? -1 : 1;
            if (depth < (fromRoot ? 0 : 1))
            {
                depth = int.MinValue / 2;
            }
        }

        if (depth < 0 || target.StartsWith('/') || target.Any(char.IsControl))
        {
            throw new PackageProblemException($"it holds a link, {Shown(name)}, that points outside the package ({Shown(target)})");
        }
    }

    private static string Shown(string text) => new([.. text.Select(c => char.IsControl(c) ? '?' : c).Take(120)]);
}
