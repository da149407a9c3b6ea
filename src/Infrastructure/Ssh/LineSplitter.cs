using System.Buffers;
using System.Text;

namespace ClusterPanel.Infrastructure.Ssh;

/// <summary>Makes lines of bytes. Bytes are split before they are decoded, so that a character cut in two by a packet stays whole.</summary>
internal sealed class LineSplitter(Action<string> onLine)
{
    /// <summary>A longer line comes in pieces.</summary>
    public const int LongestLine = 64 * 1024;

    private readonly ArrayBufferWriter<byte> _begun = new();

    public void Add(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var end = bytes.IndexOf((byte)'\n');
            var part = end < 0 ? bytes : bytes[..end];
            part = part[..Math.Min(part.Length, LongestLine - _begun.WrittenCount)];
            _begun.Write(part);
            var atLineEnd = part.Length == end;
            if (atLineEnd || _begun.WrittenCount >= LongestLine)
            {
                Emit();
            }

            bytes = bytes[(part.Length + (atLineEnd ? 1 : 0))..];
        }
    }

    /// <summary>Hands over a last line that has no line end.</summary>
    public void End()
    {
        if (_begun.WrittenCount > 0)
        {
            Emit();
        }
    }

    private void Emit()
    {
        var text = Encoding.UTF8.GetString(_begun.WrittenSpan);
        _begun.ResetWrittenCount();
        onLine(text.EndsWith('\r') ? text[..^1] : text);
    }
}
