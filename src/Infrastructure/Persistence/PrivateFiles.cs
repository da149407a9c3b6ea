namespace ClusterPanel.Infrastructure.Persistence;

/// <summary>Files nobody but the panel's user may read.</summary>
internal static class PrivateFiles
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public static void CreateDirectory(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, OwnerOnly | UnixFileMode.UserExecute);
        }
    }

    /// <summary>Makes an empty file, or leaves the one that is there alone.</summary>
    public static void CreateEmptyIfMissing(string path)
    {
        // Never opens a file that exists: closing any handle of it would drop SQLite's own locks in this process (fcntl(2)).
        if (!File.Exists(path))
        {
            try
            {
                CreateNew(path).Dispose();
            }
            catch (IOException) when (File.Exists(path))
            {
                // Another process was faster.
            }
        }
    }

    /// <summary>Opens a file as the only process.</summary>
    /// <exception cref="IOException">Another process has it.</exception>
    public static FileStream OpenExclusively(string path) => Open(path, FileMode.OpenOrCreate);

    /// <summary>Makes a file.</summary>
    /// <exception cref="IOException">It is there already.</exception>
    public static FileStream CreateNew(string path) => Open(path, FileMode.CreateNew);

    private static FileStream Open(string path, FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        return new FileStream(path, options);
    }
}
