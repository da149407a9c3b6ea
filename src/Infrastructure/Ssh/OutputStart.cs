using System.Buffers;
using System.Text;

namespace ClusterPanel.Infrastructure.Ssh;

/// <summary>
/// Lets through what follows the line <see cref="RootShell.Started"/>. What a login shell's start files print comes before
/// it and would otherwise shift every byte count; and when the line never comes, the script never began.
/// </summary>
internal sealed class OutputStart(BytesReceiver next)
{
    private const int LongestNoise = 64 * 1024;
    private static readonly byte[] Marker = Encoding.ASCII.GetBytes(RootShell.Started + "\n");
    private readonly ArrayBufferWriter<byte> _before = new();

    public bool Seen { get; private set; }

    /// <summary>What came instead of the marker.</summary>
    public string Noise => Encoding.UTF8.GetString(_before.WrittenSpan).Trim();

    public void Add(ReadOnlySpan<byte> bytes)
    {
        if (Seen)
        {
            next(bytes);
            return;
        }

        _before.Write(bytes);
        var before = _before.WrittenSpan;
        var at = before.IndexOf(Marker);
        if (at >= 0)
        {
            Seen = true;
            var rest = before[(at + Marker.Length)..];
            if (!rest.IsEmpty)
            {
                next(rest);
            }

            _before.ResetWrittenCount();
        }
        else if (_before.WrittenCount > LongestNoise)
        {
            var kept = before[^(LongestNoise / 2)..].ToArray();
            _before.ResetWrittenCount();
            _before.Write(kept);
        }
    }
}
