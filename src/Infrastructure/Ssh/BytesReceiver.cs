namespace ClusterPanel.Infrastructure.Ssh;

/// <summary>Takes bytes as they arrive. They are valid during the call only.</summary>
internal delegate void BytesReceiver(ReadOnlySpan<byte> bytes);
