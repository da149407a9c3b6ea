namespace ClusterPanel.Core.Hosts;

/// <summary>Where the inventory is kept.</summary>
public interface IHostStore
{
    /// <summary>All hosts by name.</summary>
    Task<IReadOnlyList<Host>> ListAsync(CancellationToken cancellationToken);

    /// <summary>One host, or null.</summary>
    Task<Host?> FindAsync(Guid id, CancellationToken cancellationToken);

    /// <summary>Adds all or none.</summary>
    /// <exception cref="ConflictException">A name, or an address and port, is taken.</exception>
    Task AddAsync(IReadOnlyCollection<Host> hosts, CancellationToken cancellationToken);

    /// <summary>Stores a changed host and raises its version.</summary>
    /// <exception cref="ConflictException">Somebody changed it meanwhile, or the name is taken.</exception>
    Task UpdateAsync(Host host, CancellationToken cancellationToken);

    /// <summary>Removes a host from the inventory.</summary>
    /// <exception cref="ConflictException">It is a node of a cluster.</exception>
    Task DeleteAsync(Guid id, CancellationToken cancellationToken);
}
