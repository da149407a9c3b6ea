using System.Security.Cryptography;

namespace ClusterPanel.Infrastructure.Tests.Persistence;

internal static class MasterKeys
{
    /// <summary>Writes a new key as an operator would.</summary>
    public static async Task WriteAsync(string path, UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserWrite)
    {
        await File.WriteAllTextAsync(path, Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)) + "\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, mode);
        }
    }
}
