using ClusterPanel.Core.Hosts;
using Microsoft.Extensions.Logging;

namespace ClusterPanel.Infrastructure.Ssh;

/// <inheritdoc cref="IHostSession"/>
internal sealed class SshHostSession(Host host, SshLink link, TimeProvider time, ILogger logger, Action onDispose) : IHostSession
{
    private readonly RootCommand _root = new(link, time);
    private int _disposed;

    public Host Host => host;

    public Task<CommandResult> RunAsync(HostCommand command, CancellationToken cancellationToken)
    {
        ThrowIfDisposed();
        return _root.RunAsync(command, null, cancellationToken);
    }

    public Task<bool> UploadAsync(string localPath, string remotePath, string sha256, IScriptFence fence, IProgress<UploadProgress>? progress, CancellationToken cancellationToken)
    {
        ThrowIfDisposed();
        return new SshUpload(_root, link.Login.HostName, fence, time, logger).RunAsync(localPath, remotePath, sha256, progress, cancellationToken);
    }

    public async Task<IPortForward> ForwardAsync(string address, int port, CancellationToken cancellationToken)
    {
        ThrowIfDisposed();
        var connection = await link.EnterAsync(cancellationToken);
        try
        {
            return new SshPortForward(connection, await connection.ForwardAsync(address, port, cancellationToken));
        }
        catch (Exception e)
        {
            connection.Leave();
            if (SshFailures.IsLink(e) || e is TimeoutException)
            {
                connection.Retire();
                throw new HostUnreachableException(host.Name, $"The connection to {host.Name} was lost while a way to {address}:{port} was opened through it.", e);
            }

            throw;
        }
    }

    // Another host's work may have closed it while this one was about to use it; a new one is dialled by whoever tries again.
    private void ThrowIfDisposed()
    {
        if (_disposed != 0)
        {
            throw new HostUnreachableException(host.Name, $"The connection to {host.Name} was closed meanwhile.");
        }
    }

    public ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            onDispose();
        }

        return ValueTask.CompletedTask;
    }
}
