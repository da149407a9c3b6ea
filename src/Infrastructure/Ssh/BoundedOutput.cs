using System.Buffers;
using System.Globalization;
using System.Text;

namespace ClusterPanel.Infrastructure.Ssh;

/// <summary>
/// Keeps what a stream printed: all of it up to <see cref="Limit"/>, then its beginning and its end. A command that prints
/// a million lines must not fill the panel's memory.
/// </summary>
internal sealed class BoundedOutput
{
    /// <summary>Bytes kept; above the largest chunk the follow protocol asks for.</summary>
    public const int Limit = 4 * 1024 * 1024;

    private const int Half = Limit / 2;
    private readonly ArrayBufferWriter<byte> _head = new();
    private byte[]? _tail;
    private long _total;

    /// <summary>True when the middle is missing.</summary>
    public bool IsCut => _total > Limit;

    public void Add(ReadOnlySpan<byte> bytes)
    {
        var toHead = (int)Math.Min(bytes.Length, Half - Math.Min(_total, Half));
        _head.Write(bytes[..toHead]);
        _total += toHead;
        bytes = bytes[toHead..];
        if (bytes.IsEmpty)
        {
            return;
        }

        _tail ??= new byte[Half];
        if (bytes.Length > Half)
        {
            _total += bytes.Length - Half;
            bytes = bytes[^Half..];
        }

        var at = (int)((_total - Half) % Half);
        var first = Math.Min(bytes.Length, Half - at);
        bytes[..first].CopyTo(_tail.AsSpan(at));
        bytes[first..].CopyTo(_tail);
        _total += bytes.Length;
    }

    public byte[] ToArray()
    {
        if (_tail is null)
        {
            return _head.WrittenSpan.ToArray();
        }

        var result = new ArrayBufferWriter<byte>(Limit + 64);
        result.Write(_head.WrittenSpan);
        if (_total <= Limit)
        {
            result.Write(_tail.AsSpan(0, (int)(_total - Half)));
            return result.WrittenSpan.ToArray();
        }

        result.Write(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"\n[... {_total - Limit} bytes left out ...]\n")));
        var oldest = (int)((_total - Half) % Half);
        result.Write(_tail.AsSpan(oldest));
        result.Write(_tail.AsSpan(0, oldest));
        return result.WrittenSpan.ToArray();
    }
}
