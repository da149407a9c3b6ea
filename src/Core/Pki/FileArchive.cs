using System.Formats.Tar;
using System.Text;

namespace ClusterPanel.Core.Pki;

/// <summary>Small files on their way to or from a host, as a tar archive in memory.</summary>
public sealed class FileArchive
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Public = Private | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private readonly SortedDictionary<string, string> _files = new(StringComparer.Ordinal);

    /// <summary>Paths of its files, in order.</summary>
    public IEnumerable<string> Names => _files.Keys;

    /// <summary>A file's text.</summary>
    /// <param name="name">Its path in the archive.</param>
    /// <exception cref="KeyNotFoundException">There is no such file.</exception>
    public string this[string name]
    {
        get => _files[name];
        set => _files[name] = value;
    }

    /// <summary>A file's text, or null when it is not there.</summary>
    /// <param name="name">Its path in the archive.</param>
    public string? Find(string name) => _files.GetValueOrDefault(name);

    /// <summary>Reads what <c>tar -c</c> printed.</summary>
    /// <exception cref="InvalidDataException">It is no archive.</exception>
    public static FileArchive Read(ReadOnlyMemory<byte> tar)
    {
        var archive = new FileArchive();
        using var reader = new TarReader(new MemoryStream(tar.ToArray()));
        while (reader.GetNextEntry() is { } entry)
        {
            if (entry.DataStream is { } data)
            {
                using var text = new StreamReader(data, Encoding.UTF8);
                archive[entry.Name] = text.ReadToEnd();
            }
        }

        return archive;
    }

    /// <summary>A certificate and its key.</summary>
    /// <param name="name">Their path without the ending.</param>
    /// <exception cref="KeyNotFoundException">One of them is missing.</exception>
    public CertificateAndKey Pair(string name) => new(this[name + ".crt"], this[name + ".key"]);

    /// <summary>Adds a certificate and its key.</summary>
    public void Add(string name, CertificateAndKey pair)
    {
        this[name + ".crt"] = pair.Certificate;
        this[name + ".key"] = pair.Key;
    }

    /// <summary>As <c>tar -x</c> reads it: certificates and public keys for all to read, everything else for root only, and no folders.</summary>
    public byte[] ToTar()
    {
        using var stream = new MemoryStream();
        using (var writer = new TarWriter(stream, TarEntryFormat.Ustar, leaveOpen: true))
        {
            foreach (var (name, text) in _files)
            {
                writer.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, name)
                {
                    Mode = name.EndsWith(".crt", StringComparison.Ordinal) || name.EndsWith(".pub", StringComparison.Ordinal) ? Public : Private,
                    DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)),
                });
            }
        }

        return stream.ToArray();
    }
}
