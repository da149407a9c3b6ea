namespace ClusterPanel.Core.Hosts;

/// <summary>
/// A working way to one host: connected, its host key checked against the pinned one, root at hand. All commands share one
/// connection; a lost link is dialled again by the next call. Every method throws a <see cref="HostException"/> of the kind
/// that fits when the host cannot be reached or refuses us.
/// </summary>
public interface IHostSession : IAsyncDisposable
{
    /// <summary>The host this session leads to.</summary>
    Host Host { get; }

    /// <summary>Runs a script as root and waits for its end. A non-zero exit code is a result, not an exception.</summary>
    /// <exception cref="HostTimeoutException">The command did not end in time; it may still run on the host.</exception>
    Task<CommandResult> RunAsync(HostCommand command, CancellationToken cancellationToken);

    /// <summary>
    /// Puts a file on the host: under a temporary name beside the target, checked by SHA-256, renamed. Skipped when a file
    /// with that hash is there; resumed when an earlier try was cut.
    /// </summary>
    /// <param name="localPath">File on the panel's disk.</param>
    /// <param name="remotePath">Absolute path on the host; its directory is made, readable by root only.</param>
    /// <param name="sha256">Expected SHA-256 of the content, lower-case hexadecimal.</param>
    /// <param name="fence">What goes before its scripts on the host.</param>
    /// <param name="progress">Told about bytes sent, a few times a second.</param>
    /// <param name="cancellationToken">Stops sending; what was sent is kept for resuming.</param>
    /// <returns>False when the file was there already.</returns>
    Task<bool> UploadAsync(string localPath, string remotePath, string sha256, IScriptFence fence, IProgress<UploadProgress>? progress, CancellationToken cancellationToken);

    /// <summary>Opens a local port on loopback that leads, through this SSH connection, to an address as seen from the host.</summary>
    Task<IPortForward> ForwardAsync(string address, int port, CancellationToken cancellationToken);
}
