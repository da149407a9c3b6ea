using ClusterPanel.Core.Hosts;

namespace ClusterPanel.Infrastructure.Tests.Clusters;

/// <summary>Sessions that lead to local ports by the host's name. A host without a port is unreachable.</summary>
internal sealed class FakeSessions(Dictionary<string, int> ports) : IHostSessions
{
    public int Opened { get; private set; }

    public int Open { get; private set; }

    public List<string> Forwards { get; } = [];

    public Task<IHostSession> OpenAsync(Host host, CancellationToken cancellationToken)
    {
        if (!ports.TryGetValue(host.Name, out var port))
        {
            throw new HostUnreachableException(host.Name, $"{host.Name} refused the connection.");
        }

        Opened++;
        Open++;
        return Task.FromResult<IHostSession>(new Session(this, host, port));
    }

    public Task<HostKey> ReadHostKeyAsync(string address, int port, CancellationToken cancellationToken) => throw new NotSupportedException();

    private sealed class Session(FakeSessions owner, Host host, int port) : IHostSession, IPortForward
    {
        public Host Host => host;

        public int LocalPort => port;

        public Task<IPortForward> ForwardAsync(string address, int port, CancellationToken cancellationToken)
        {
            owner.Forwards.Add($"{host.Name} {address}:{port}");
            owner.Open++;
            return Task.FromResult<IPortForward>(this);
        }

        public Task<CommandResult> RunAsync(HostCommand command, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<bool> UploadAsync(string localPath, string remotePath, string sha256, IScriptFence fence, IProgress<UploadProgress>? progress, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask DisposeAsync()
        {
            owner.Open--;
            return ValueTask.CompletedTask;
        }
    }
}
