namespace ClusterPanel.Infrastructure.Ssh;

/// <summary>No channel was opened, so nothing was started: safe to try on a new connection.</summary>
internal sealed class ChannelRefusedException(Exception? inner) : Exception("The connection gave no channel.", inner);
