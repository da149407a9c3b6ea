using System.Buffers.Binary;
using System.Formats.Tar;
using System.IO.Compression;
using ClusterPanel.Core;
using ClusterPanel.Core.Packages;

namespace ClusterPanel.Infrastructure.Packages;

/// <inheritdoc/>
internal sealed class PackageReader(TimeProvider time) : IPackageReader
{
    private const int BufferSize = 1024 * 1024;
    private const int TrailerLength = 8;

    public Task<OfflinePackage> ReadAsync(string path, CancellationToken cancellationToken) =>
        // Unpacking is bound by the processor and takes seconds: off the caller's thread, and not on the pool.
        Task.Factory.StartNew(() => Read(path, cancellationToken), cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private OfflinePackage Read(string path, CancellationToken cancellationToken)
    {
        var name = Path.GetFileName(path);
        try
        {
            using var file = Open(path);
            var length = file.Length;
            var unpackedLength = CheckFrame(file);
            using var hashed = new HashingStream(file);
            using var gzip = new GZipStream(hashed, CompressionMode.Decompress, leaveOpen: true);
            using var unpacked = new CountingStream(gzip, cancellationToken);
            var layout = new PackageLayout();
            using (var tar = new TarReader(unpacked, leaveOpen: true))
            {
                while (tar.GetNextEntry() is { } entry)
                {
                    layout.Add(entry);
                }
            }

            // The rest of both: padding after the last entry, and whatever gzip did not need.
            unpacked.CopyTo(Stream.Null, BufferSize);
            hashed.CopyTo(Stream.Null, BufferSize);

            // GZipStream takes the end of a cut file for the end of its content.
            if ((uint)unpacked.Count != unpackedLength)
            {
                throw new PackageProblemException("it is cut off, or was put together from several gzip files. Copy it again (compare sizes), or pack it again with tar -czf");
            }

            return new OfflinePackage
            {
                FileName = name,
                Path = path,
                Size = length,
                Sha256 = hashed.Sha256(),
                Manifest = layout.Judge(),
                RegisteredAt = time.GetUtcNow(),
            };
        }
        catch (PackageProblemException e)
        {
            throw new InvalidInputException("path", $"{name} cannot be used as an offline package: {e.Message}.");
        }
        catch (EndOfStreamException)
        {
            throw new InvalidInputException("path", $"{name} cannot be used as an offline package: it is cut off in the middle of a file. Copy it again and compare sizes.");
        }
        catch (Exception e) when (e is InvalidDataException or FormatException)
        {
            throw new InvalidInputException("path", $"{name} cannot be used as an offline package: it is damaged or no tar archive inside gzip ({e.Message.TrimEnd('.')}). Copy it again.");
        }
        catch (IOException e)
        {
            throw new InvalidInputException("path", $"{path} cannot be read: {e.Message}");
        }
    }

    private static FileStream Open(string path)
    {
        try
        {
            // A pipe would keep the panel waiting, and a device may have no end. Neither has a length, and neither is opened.
            var file = (FileInfo)(File.ResolveLinkTarget(path, returnFinalTarget: true) ?? new FileInfo(path));
            if (file is { Exists: true, Length: 0 })
            {
                throw new PackageProblemException("it is empty, or a device or a pipe");
            }

            return new FileStream(file.FullName, new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.Read, Share = FileShare.Read, BufferSize = BufferSize, Options = FileOptions.SequentialScan });
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InvalidInputException("path", $"There is no file {path} on the panel's machine.");
        }
        catch (UnauthorizedAccessException)
        {
            throw new InvalidInputException("path", Directory.Exists(path) ? $"{path} is a folder. Enter the path of the package itself." : $"The panel's user may not read {path}. Change the file's permissions.");
        }
    }

    /// <summary>Checks that it is gzip and reads the length of the content (modulo 2^32) from its last bytes (RFC 1952).</summary>
    private static uint CheckFrame(FileStream file)
    {
        Span<byte> bytes = stackalloc byte[TrailerLength];
        if (file.Length < 3 * TrailerLength || file.ReadAtLeast(bytes, TrailerLength) < 2 || bytes[0] != 0x1f || bytes[1] != 0x8b)
        {
            throw new PackageProblemException("it is not compressed with gzip (a .tar.gz is expected)");
        }

        file.Seek(-TrailerLength, SeekOrigin.End);
        file.ReadExactly(bytes);
        file.Seek(0, SeekOrigin.Begin);
        return BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
    }
}
