using ClusterPanel.Core.Hosts;

namespace ClusterPanel.Core.Tests.Fakes;

/// <summary>The inventory in memory.</summary>
internal sealed class FakeHostStore(params IEnumerable<Host> hosts) : IHostStore
{
    public List<Host> Hosts { get; } = [.. hosts];

    public Task<IReadOnlyList<Host>> ListAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<Host>>(Hosts);

    public Task<Host?> FindAsync(Guid id, CancellationToken cancellationToken) => Task.FromResult(Hosts.FirstOrDefault(h => h.Id == id));

    public Task AddAsync(IReadOnlyCollection<Host> hosts, CancellationToken cancellationToken)
    {
        Hosts.AddRange(hosts);
        return Task.CompletedTask;
    }

    public Task UpdateAsync(Host host, CancellationToken cancellationToken)
    {
        host.Version++;
        return Task.CompletedTask;
    }

    public Task DeleteAsync(Guid id, CancellationToken cancellationToken)
    {
        Hosts.RemoveAll(h => h.Id == id);
        return Task.CompletedTask;
    }
}
