using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

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

    /// <summary>Gives a file to the owner of another one.</summary>
    /// <exception cref="IOException">It could not be given.</exception>
    /// <exception cref="UnauthorizedAccessException">The other one belongs to somebody else, and this user may not give files away.</exception>
    public static void GiveToOwnerOf(string other, string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        if (!Environment.IsPrivilegedProcess)
        {
            // .NET does not tell whose a file is, but only its owner may set its mode.
            File.SetUnixFileMode(other, File.GetUnixFileMode(other));
            return;
        }

        try
        {
            using var chown = Process.Start("chown", [$"--reference={other}", path]);
            chown.WaitForExit();
            if (chown.ExitCode != 0)
            {
                throw new IOException($"chown ended with {chown.ExitCode}");
            }
        }
        catch (Win32Exception e)
        {
            throw new IOException($"chown: {e.Message}", e);
        }
    }

    /// <summary>Makes what was renamed in a directory last through a power cut, see fsync(2). .NET opens no directories.</summary>
    public static void FlushDirectory(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        using var directory = new SafeFileHandle(OpenReadOnly(Encoding.UTF8.GetBytes(path + "\0"), 0), ownsHandle: true);
        if (directory.IsInvalid)
        {
            throw new IOException($"{path}: {Marshal.GetLastPInvokeErrorMessage()}");
        }

        RandomAccess.FlushToDisk(directory);
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int OpenReadOnly(byte[] path, int flags);

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
