using ClusterPanel.Core.Hosts;
using Renci.SshNet;

namespace ClusterPanel.Infrastructure.Ssh;

/// <inheritdoc cref="IPortForward"/>
internal sealed class SshPortForward(SshConnection connection, ForwardedPortLocal forward) : IPortForward
{
    private int _disposed;

    public int LocalPort { get; } = (int)forward.BoundPort;

    public ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            connection.StopForward(forward);
            connection.Leave();
        }

        return ValueTask.CompletedTask;
    }
}
