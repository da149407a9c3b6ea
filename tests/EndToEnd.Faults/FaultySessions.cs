using ClusterPanel.Core.Hosts;

namespace ClusterPanel.EndToEnd.Faults;

/// <summary>The panel's way to hosts, with faults before and during commands.</summary>
internal sealed class FaultySessions(IHostSessions inner, FaultTrigger trigger) : IHostSessions
{
    public Task<HostKey> ReadHostKeyAsync(string address, int port, CancellationToken cancellationToken) => inner.ReadHostKeyAsync(address, port, cancellationToken);

    public async Task<IHostSession> OpenAsync(Host host, CancellationToken cancellationToken)
    {
        trigger.Saw(host);
        return new FaultySession(await inner.OpenAsync(host, cancellationToken), trigger);
    }
}
