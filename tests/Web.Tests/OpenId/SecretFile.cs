namespace ClusterPanel.Web.Tests.OpenId;

/// <summary>A file with a client's secret.</summary>
public static class SecretFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Writes it, readable for its owner only unless another mode is wanted.</summary>
    public static string Write(string directory, string content, UnixFileMode mode = OwnerOnly)
    {
        var path = Path.Combine(directory, $"secret-{Guid.NewGuid():N}");
        File.WriteAllText(path, content + "\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, mode);
        }

        return path;
    }
}
