using System.Collections.Concurrent;
using ClusterPanel.Core;
using ClusterPanel.Core.Auditing;
using ClusterPanel.Core.Hosts;

namespace ClusterPanel.Web.Tests.Fakes;

/// <summary>The inventory in memory. Gives out copies, as a database does.</summary>
public sealed class MemoryHosts : IHostStore
{
    private readonly ConcurrentDictionary<Guid, Host> _hosts = new();

    public Task<IReadOnlyList<Host>> ListAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<Host>>([.. _hosts.Values.OrderBy(h => h.Name, StringComparer.Ordinal).Select(Copy)]);

    public Task<Host?> FindAsync(Guid id, CancellationToken cancellationToken) =>
        Task.FromResult(_hosts.TryGetValue(id, out var host) ? Copy(host) : null);

    public Task AddAsync(IReadOnlyCollection<Host> hosts, AuditEntry entry, CancellationToken cancellationToken)
    {
        if (hosts.FirstOrDefault(n => _hosts.Values.Any(h => h.Name == n.Name)) is { } taken)
        {
            throw new ConflictException($"There is a host named {taken.Name} already.");
        }

        foreach (var host in hosts)
        {
            _hosts[host.Id] = Copy(host);
        }

        return Task.CompletedTask;
    }

    public Task UpdateAsync(Host host, AuditEntry? entry, CancellationToken cancellationToken)
    {
        if (_hosts[host.Id].Version != host.Version)
        {
            throw new ConflictException($"Somebody changed {host.Name} meanwhile.");
        }

        host.Version++;
        _hosts[host.Id] = Copy(host);
        return Task.CompletedTask;
    }

    public Task DeleteAsync(Guid id, AuditEntry entry, CancellationToken cancellationToken)
    {
        _hosts.TryRemove(id, out _);
        return Task.CompletedTask;
    }

    private static Host Copy(Host host) => new()
    {
        Id = host.Id,
        Name = host.Name,
        Address = host.Address,
        Port = host.Port,
        User = host.User,
        CredentialId = host.CredentialId,
        TrustedKey = host.TrustedKey,
        SeenKey = host.SeenKey,
        Facts = host.Facts,
        FactsAt = host.FactsAt,
        LastError = host.LastError,
        Version = host.Version,
    };
}
