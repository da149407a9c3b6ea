using ClusterPanel.Core.Auditing;

namespace ClusterPanel.Core.Packages;

/// <summary>Where registered packages are remembered. The archives themselves stay where they are.</summary>
public interface IPackageStore
{
    /// <summary>All packages, newest version first.</summary>
    Task<IReadOnlyList<OfflinePackage>> ListAsync(CancellationToken cancellationToken);

    /// <summary>One package, or null.</summary>
    Task<OfflinePackage?> FindAsync(Guid id, CancellationToken cancellationToken);

    /// <summary>Remembers a package.</summary>
    /// <exception cref="ConflictException">A package with the same content is registered.</exception>
    Task AddAsync(OfflinePackage package, AuditEntry entry, CancellationToken cancellationToken);

    /// <summary>Forgets a package; the file stays.</summary>
    /// <exception cref="ConflictException">A cluster is being made from it.</exception>
    Task DeleteAsync(Guid id, AuditEntry entry, CancellationToken cancellationToken);
}
