namespace ClusterPanel.Core.Hosts;

/// <summary>How far an upload is.</summary>
/// <param name="Sent">Bytes on the host.</param>
/// <param name="Total">Bytes in all.</param>
public readonly record struct UploadProgress(long Sent, long Total);
