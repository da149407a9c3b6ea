namespace ClusterPanel.Infrastructure.Packages;

/// <summary>Tells what machine a program is for.</summary>
internal static class ElfFile
{
    /// <summary>Bytes of a file's beginning that are needed.</summary>
    public const int HeaderLength = 20;

    /// <summary>Architecture in Go's words; null when it is no ELF file (a script) or for a machine unknown here.</summary>
    public static string? Architecture(ReadOnlySpan<byte> header) =>
        header.Length < HeaderLength || !header.StartsWith("\u007fELF"u8)
            ? null
            : (header[5] == 2 ? header[18] << 8 | header[19] : header[19] << 8 | header[18]) switch
            {
                0x3e => "amd64",
                0xb7 => "arm64",
                0x28 => "arm",
                0x15 => header[5] == 2 ? "ppc64" : "ppc64le",
                0x16 => "s390x",
                0xf3 => "riscv64",
                0x102 => "loong64",
                _ => null,
            };
}
