namespace ClusterPanel.Infrastructure.Ssh;

/// <summary>
/// Standard input of a command. Can be stopped between two packets: a packet that follows the closing of its channel makes
/// sshd cut the whole connection, and with it every other command on that host.
/// </summary>
internal sealed class CommandInput(Stream inner, Action onTaken) : Stream
{
    private const int ChunkSize = 64 * 1024;
    private volatile bool _stopped;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Makes the next write fail with <see cref="OperationCanceledException"/>.</summary>
    public void Stop() => _stopped = true;

    public override void Write(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (_stopped)
            {
                throw new OperationCanceledException("The command was given up.");
            }

            var count = Math.Min(bytes.Length, ChunkSize);
            inner.Write(bytes[..count]);
            onTaken();
            bytes = bytes[count..];
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    /// <summary>Tells the command that its input has ended.</summary>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }
}
