using ClusterPanel.Core.Hosts;
using ClusterPanel.Web.Tests.Fakes;

namespace ClusterPanel.Web.Tests.Inputs;

/// <summary>Counts every way to a host that is taken, logged in or not.</summary>
public sealed class WatchedSessions(FakeSessions inner) : IHostSessions
{
    private int _count;

    /// <summary>Connections so far.</summary>
    public int Count => Volatile.Read(ref _count);

    public Task<IHostSession> OpenAsync(Host host, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _count);
        return inner.OpenAsync(host, cancellationToken);
    }

    public Task<HostKey> ReadHostKeyAsync(string address, int port, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _count);
        return inner.ReadHostKeyAsync(address, port, cancellationToken);
    }
}
