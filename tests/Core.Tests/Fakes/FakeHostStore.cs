using ClusterPanel.Core.Auditing;
using ClusterPanel.Core.Hosts;

namespace ClusterPanel.Core.Tests.Fakes;

/// <summary>The inventory in memory.</summary>
internal sealed class FakeHostStore(params IEnumerable<Host> hosts) : IHostStore
{
    public List<AuditEntry> Entries { get; } = [];

    public List<Host> Hosts { get; } = [.. hosts];

    public Task<IReadOnlyList<Host>> ListAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<Host>>(Hosts);

    public Task<Host?> FindAsync(Guid id, CancellationToken cancellationToken) => Task.FromResult(Hosts.FirstOrDefault(h => h.Id == id));

    public Task AddAsync(IReadOnlyCollection<Host> hosts, AuditEntry entry, CancellationToken cancellationToken)
    {
        Hosts.AddRange(hosts);
        return Task.CompletedTask;
    }

    public Task UpdateAsync(Host host, AuditEntry? entry, CancellationToken cancellationToken)
    {
        host.Version++;
        if (entry is not null)
        {
            Entries.Add(entry);
        }

        return Task.CompletedTask;
    }

    public Task DeleteAsync(Guid id, AuditEntry entry, CancellationToken cancellationToken)
    {
        Hosts.RemoveAll(h => h.Id == id);
        return Task.CompletedTask;
    }
}
