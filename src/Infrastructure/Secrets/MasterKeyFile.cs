using System.Security.Cryptography;
using System.Text;
using ClusterPanel.Infrastructure.Persistence;
using Microsoft.Extensions.Options;

namespace ClusterPanel.Infrastructure.Secrets;

/// <summary>
/// Where the master key is kept: 32 random bytes in base64, in a file of the panel's user outside the database and its
/// backups, so that neither is worth anything alone.
/// </summary>
internal sealed class MasterKeyFile(IOptions<PanelOptions> panel, IOptions<DatabaseOptions> database)
{
    private const string HowToMake = "(umask 077; openssl rand -base64 32 > FILE)";
    private readonly Lock _gate = new();
    private MasterKey? _key;

    private string FilePath => panel.Value.MasterKeyFile.Length > 0 ? panel.Value.MasterKeyFile : Path.Combine(panel.Value.EffectiveDataDirectory, "master.key");

    /// <summary>The key, read from the file once.</summary>
    /// <exception cref="StartRefusedException">The file is missing, readable for others, or holds no key.</exception>
    public MasterKey Key
    {
        get
        {
            lock (_gate)
            {
                return _key ??= Read();
            }
        }
    }

    /// <summary>Makes the file at the very first start. Never with PostgreSQL: every process of a shared database needs the same key.</summary>
    public void CreateIfMissing()
    {
        if (database.Value.IsPostgres || File.Exists(FilePath))
        {
            return;
        }

        var key = RandomNumberGenerator.GetBytes(MasterKey.Length);
        try
        {
            // Under another name until it is on the disk: half a key must never lie under the right one.
            var unfinished = FilePath + ".new";
            File.Delete(unfinished);
            using (var stream = PrivateFiles.CreateNew(unfinished))
            {
                stream.Write(Encoding.ASCII.GetBytes(Convert.ToBase64String(key) + "\n"));
                stream.Flush(flushToDisk: true);
            }

            File.Move(unfinished, FilePath);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartRefusedException($"The panel cannot write its master key to {FilePath} ({e.Message}): let it write there, or name another file in Panel:MasterKeyFile.", e);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    private MasterKey Read()
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
            var text = new char[128];
            var length = reader.ReadBlock(text);
            var key = new byte[text.Length];
            return Convert.TryFromBase64Chars(text.AsSpan(0, length).Trim(), key, out var bytes) && bytes == MasterKey.Length
                ? new MasterKey(key.AsSpan(0, MasterKey.Length))
                : throw new StartRefusedException($"The master key file {FilePath} does not hold 32 bytes in base64: restore it from where you keep it (a new one is made with {HowToMake}).");
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
}
