using ClusterPanel.Core.Auditing;

namespace ClusterPanel.Core.Hosts;

/// <summary>Where the inventory is kept.</summary>
public interface IHostStore
{
    /// <summary>All hosts by name.</summary>
    Task<IReadOnlyList<Host>> ListAsync(CancellationToken cancellationToken);

    /// <summary>One host, or null.</summary>
    Task<Host?> FindAsync(Guid id, CancellationToken cancellationToken);

    /// <summary>Adds all or none, with the entry of the audit log.</summary>
    /// <exception cref="ConflictException">A name, or an address and port, is taken.</exception>
    Task AddAsync(IReadOnlyCollection<Host> hosts, AuditEntry entry, CancellationToken cancellationToken);

    /// <summary>Stores a changed host and raises its version.</summary>
    /// <param name="host">The host.</param>
    /// <param name="entry">For the audit log; null for what was only read from the host.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ConflictException">Somebody changed it meanwhile, or the name is taken.</exception>
    Task UpdateAsync(Host host, AuditEntry? entry, CancellationToken cancellationToken);

    /// <summary>Removes a host from the inventory.</summary>
    /// <exception cref="ConflictException">It is a node of a cluster.</exception>
    Task DeleteAsync(Guid id, AuditEntry entry, CancellationToken cancellationToken);
}
