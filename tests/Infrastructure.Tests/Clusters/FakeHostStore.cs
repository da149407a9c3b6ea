using ClusterPanel.Core.Auditing;
using ClusterPanel.Core.Hosts;

namespace ClusterPanel.Infrastructure.Tests.Clusters;

/// <summary>Hosts in memory, to be found only.</summary>
internal sealed class FakeHostStore(IReadOnlyList<Host> hosts) : IHostStore
{
    public Task<Host?> FindAsync(Guid id, CancellationToken cancellationToken) => Task.FromResult(hosts.FirstOrDefault(h => h.Id == id));

    public Task<IReadOnlyList<Host>> ListAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task AddAsync(IReadOnlyCollection<Host> hosts, AuditEntry entry, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task UpdateAsync(Host host, AuditEntry? entry, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task DeleteAsync(Guid id, AuditEntry entry, CancellationToken cancellationToken) => throw new NotSupportedException();
}
