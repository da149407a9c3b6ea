using System.Formats.Tar;
using System.IO.Compression;

namespace ClusterPanel.Core.Tests.Steps;

/// <summary>The record of a host that tells nothing but which machine it is.</summary>
internal static class MachineRecord
{
    public static byte[] Of(string machine)
    {
        using var stream = new MemoryStream();
        using (var writer = new TarWriter(new GZipStream(stream, CompressionLevel.Fastest)))
        {
            writer.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, "before/machine") { ModificationTime = Samples.Now, DataStream = new MemoryStream(System.Text.Encoding.ASCII.GetBytes(machine + "\n")) });
        }

        return stream.ToArray();
    }
}
