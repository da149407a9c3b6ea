namespace ClusterPanel.Core.Deployments;

/// <summary>How far a detached command's output was read; stored in the transaction that stores the lines.</summary>
/// <param name="Unit">Name of the unit on the host.</param>
/// <param name="Output">Bytes of its standard output that are in the log.</param>
/// <param name="Error">Bytes of its standard error that are in the log.</param>
public sealed record StreamOffsets(string Unit, long Output, long Error);
