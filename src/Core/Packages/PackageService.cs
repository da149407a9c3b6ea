namespace ClusterPanel.Core.Packages;

/// <summary>Registers offline packages: read and checked before any host is touched.</summary>
public sealed class PackageService(IPackageStore store, IPackageReader reader)
{
    /// <summary>All packages.</summary>
    public Task<IReadOnlyList<OfflinePackage>> ListAsync(CancellationToken cancellationToken) => store.ListAsync(cancellationToken);

    /// <summary>Reads the archive at a path on the panel's disk and remembers it.</summary>
    /// <exception cref="InvalidInputException">The path or the archive is wrong.</exception>
    /// <exception cref="ConflictException">A package with the same content is registered.</exception>
    public async Task<OfflinePackage> RegisterAsync(string path, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(path) || !System.IO.Path.IsPathFullyQualified(path.Trim()))
        {
            throw new InvalidInputException("path", "Enter the full path of the package on the panel's machine, for example /srv/packages/kube1.20.2-amd64.tar.gz.");
        }

        var package = await reader.ReadAsync(path.Trim(), cancellationToken);
        await store.AddAsync(package, cancellationToken);
        return package;
    }

    /// <summary>Forgets a package; the file stays.</summary>
    /// <exception cref="ConflictException">A cluster is being made from it.</exception>
    public Task DeleteAsync(Guid id, CancellationToken cancellationToken) => store.DeleteAsync(id, cancellationToken);
}
