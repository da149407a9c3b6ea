using System.Security.Cryptography;

namespace ClusterPanel.Infrastructure.Secrets;

/// <summary>
/// Every master key this process has read. A change of the key needs no restart: what none of them opens makes it read the file
/// again. None is forgotten, because Data Protection unwraps keys long after it has read them.
/// </summary>
internal sealed class KnownMasterKeys(MasterKeyFile file)
{
    private readonly Lock _gate = new();
    private List<MasterKey> _known = [];

    /// <summary>One of the keys; the file's first when the file was last read.</summary>
    /// <exception cref="StartRefusedException">The file cannot be read.</exception>
    public MasterKey Any
    {
        get
        {
            lock (_gate)
            {
                if (_known.Count == 0)
                {
                    ReadFile();
                }

                return _known[0];
            }
        }
    }

    /// <summary>The key that it was sealed with.</summary>
    /// <exception cref="CryptographicException">None of the keys, or damaged.</exception>
    /// <exception cref="StartRefusedException">None of the keys, and the file cannot be read.</exception>
    public MasterKey WhichOpens(byte[] box, string purpose)
    {
        lock (_gate)
        {
            if (_known.Find(k => k.Opens(box, purpose)) is { } known)
            {
                return known;
            }

            ReadFile();
            return _known.Find(k => k.Opens(box, purpose))
                ?? throw new CryptographicException($"It was sealed with a master key that is not in {file.FilePath}, or it is damaged.");
        }
    }

    private void ReadFile()
    {
        var read = file.Read();
        _known = [.. read, .. _known.Where(k => !read.Any(k.IsSameAs))];
    }
}
