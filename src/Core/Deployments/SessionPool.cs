using System.Collections.Concurrent;
using ClusterPanel.Core.Hosts;

namespace ClusterPanel.Core.Deployments;

/// <summary>The sessions of one running deployment: one per host, opened when first needed, closed together.</summary>
public sealed class SessionPool(IHostStore hosts, IHostSessions sessions, ICredentialStore credentials, Redactor redactor) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<Guid, SemaphoreSlim> _gates = new();
    private readonly ConcurrentDictionary<Guid, IHostSession> _open = new();

    /// <summary>A session with the host. Its login secrets are hidden in the deployment's log from now on.</summary>
    /// <exception cref="HostException">It cannot be had; the kind says why.</exception>
    public async Task<IHostSession> GetAsync(Guid hostId, string hostName, CancellationToken cancellationToken)
    {
        var gate = _gates.GetOrAdd(hostId, _ => new SemaphoreSlim(1, 1));
        await gate.WaitAsync(cancellationToken);
        try
        {
            if (_open.TryGetValue(hostId, out var session))
            {
                return session;
            }

            var host = await hosts.FindAsync(hostId, cancellationToken)
                ?? throw new HostKeyNotTrustedException(hostName, $"{hostName} is no longer in the inventory. Add it again and approve its key.");
            var (_, secrets) = await credentials.OpenAsync(host.CredentialId, cancellationToken);
            foreach (var secret in secrets.All())
            {
                redactor.Add(secret);
            }

            return _open[hostId] = await sessions.OpenAsync(host, cancellationToken);
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>Closes the session of a host whose link is in doubt, so that the next use dials again with fresh settings.</summary>
    public async Task DropAsync(Guid hostId)
    {
        if (_open.TryRemove(hostId, out var session))
        {
            await session.DisposeAsync();
        }
    }

    /// <summary>Closes all sessions.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var id in _open.Keys)
        {
            await DropAsync(id);
        }
    }
}
