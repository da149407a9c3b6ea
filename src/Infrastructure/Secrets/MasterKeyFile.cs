using System.Security.Cryptography;
using System.Text;
using ClusterPanel.Infrastructure.Persistence;
using Microsoft.Extensions.Options;

namespace ClusterPanel.Infrastructure.Secrets;

/// <summary>
/// Where the master key is kept: 32 random bytes in base64, in a file of the panel's user outside the database and its
/// backups, so that neither is worth anything alone. While the key is being changed there are two, a line each, the new one first.
/// </summary>
internal sealed class MasterKeyFile(IOptions<PanelOptions> panel, IOptions<DatabaseOptions> database)
{
    private const string HowToMake = "(umask 077; openssl rand -base64 32 > FILE)";
    private const int MostKeys = 2;

    public string FilePath => panel.Value.MasterKeyFile.Length > 0 ? panel.Value.MasterKeyFile : Path.Combine(panel.Value.EffectiveDataDirectory, "master.key");

    /// <summary>Makes the file at the very first start. Never with PostgreSQL: every process of a shared database needs the same key.</summary>
    public void CreateIfMissing()
    {
        if (!database.Value.IsPostgres && !File.Exists(FilePath))
        {
            Write([MasterKey.New()]);
        }
    }

    /// <summary>Replaces the file. Who reads it meanwhile finds all of the old one or all of the new one; a power cut later changes nothing.</summary>
    /// <exception cref="StartRefusedException">It could not be written and is as it was.</exception>
    public void Write(IReadOnlyList<MasterKey> keys)
    {
        try
        {
            // What is replaced is the file and not the link that leads to it.
            var isThere = File.Exists(FilePath);
            var path = (isThere ? File.ResolveLinkTarget(FilePath, returnFinalTarget: true)?.FullName : null) ?? FilePath;
            var unfinished = path + ".new";
            File.Delete(unfinished);
            using (var stream = PrivateFiles.CreateNew(unfinished))
            {
                stream.Write(Encoding.ASCII.GetBytes(string.Concat(keys.Select(k => k.ToBase64() + "\n"))));
                stream.Flush(flushToDisk: true);
            }

            if (isThere)
            {
                PrivateFiles.GiveToOwnerOf(path, unfinished);
            }

            File.Move(unfinished, path, overwrite: true);
            PrivateFiles.FlushDirectory(Path.GetDirectoryName(path)!);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartRefusedException($"The panel cannot write its master key to {FilePath} ({e.Message}): let it write there, or name another file in Panel:MasterKeyFile.", e);
        }
    }

    /// <summary>The key, or the new one and the old one.</summary>
    /// <exception cref="StartRefusedException">The file is missing, readable for others, or holds no key.</exception>
    public IReadOnlyList<MasterKey> Read()
    {
        if (database.Value.IsPostgres && panel.Value.MasterKeyFile.Length == 0)
        {
            throw new StartRefusedException($"With PostgreSQL the setting Panel:MasterKeyFile must name the file with the master key; make one with {HowToMake} and give every panel process the same.");
        }

        try
        {
            using var stream = new FileStream(FilePath, FileMode.Open, FileAccess.Read, FileShare.Read);
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(stream.SafeFileHandle) & ~(UnixFileMode.UserRead | UnixFileMode.UserWrite)) != 0)
            {
                throw new StartRefusedException($"The master key file {FilePath} is open to other users: run \"chmod 600 {FilePath}\", and make a new key if others may have read it.");
            }

            using var reader = new StreamReader(stream, Encoding.ASCII);
            var text = new char[256];
            var length = reader.ReadBlock(text);
            return Parse(new string(text, 0, length));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new StartRefusedException(database.Value.IsPostgres
                ? $"The master key file {FilePath} (Panel:MasterKeyFile) is missing: restore it, or for a new panel make one with {HowToMake}."
                : $"The master key file {FilePath} is missing: restore it, because the secrets in the database cannot be read without it.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartRefusedException($"The master key file {FilePath} cannot be read: {e.Message}", e);
        }
    }

    private List<MasterKey> Parse(string text)
    {
        var keys = new List<MasterKey>();
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var key = new byte[line.Length];
            if (!Convert.TryFromBase64String(line, key, out var bytes) || bytes != MasterKey.Length)
            {
                throw NoKey();
            }

            keys.Add(new MasterKey(key.AsSpan(0, bytes)));
            CryptographicOperations.ZeroMemory(key);
        }

        return keys.Count is > 0 and <= MostKeys ? keys : throw NoKey();

        StartRefusedException NoKey() =>
            new($"The master key file {FilePath} does not hold 32 bytes in base64: restore it from where you keep it (a new one is made with {HowToMake}).");
    }
}
