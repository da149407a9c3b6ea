namespace ClusterPanel.Core.Deployments;

/// <summary>How much of what hosts print is kept.</summary>
/// <param name="BytesPerCommand">Bytes of one detached command that go to the log from its beginning; of what follows only the end does.</param>
public sealed record LogLimits(long BytesPerCommand)
{
    /// <summary>16 MiB: some hundred thousand lines, far more than kubeadm prints on its worst day.</summary>
    public static LogLimits Default { get; } = new(16 * 1024 * 1024);
}
