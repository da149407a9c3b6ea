using ClusterPanel.Core.Access;

namespace ClusterPanel.Core.Packages;

/// <summary>Registers offline packages: read and checked before any host is touched.</summary>
public sealed class PackageService(IAccess access, IPackageStore store, IPackageReader reader)
{
    // PATH_MAX of Linux.
    private const int LongestPath = 4096;

    /// <summary>All packages.</summary>
    public async Task<IReadOnlyList<OfflinePackage>> ListAsync(CancellationToken cancellationToken)
    {
        await access.RequireAsync(Role.Viewer, cancellationToken);
        return await store.ListAsync(cancellationToken);
    }

    /// <summary>Reads the archive at a path on the panel's disk and remembers it.</summary>
    /// <exception cref="InvalidInputException">The path or the archive is wrong.</exception>
    /// <exception cref="ConflictException">A package with the same content is registered.</exception>
    public async Task<OfflinePackage> RegisterAsync(string path, CancellationToken cancellationToken)
    {
        return await RegisterAsync(await access.RequireAsync(Role.Operator, cancellationToken), path, cancellationToken);
    }

    /// <summary>The same for the packages that the panel's settings name: nobody asks for them.</summary>
    /// <exception cref="InvalidInputException">The path or the archive is wrong.</exception>
    /// <exception cref="ConflictException">A package with the same content is registered.</exception>
    public Task<OfflinePackage> RegisterSettingAsync(string path, CancellationToken cancellationToken) => RegisterAsync(Actor.Panel, path, cancellationToken);

    private async Task<OfflinePackage> RegisterAsync(Actor actor, string path, CancellationToken cancellationToken)
    {
        if (!InputText.IsName(path, LongestPath) || !Path.IsPathFullyQualified(path.Trim()))
        {
            throw new InvalidInputException("path", "Enter the full path of the package on the panel's machine, for example /srv/packages/kube1.20.2-amd64.tar.gz.");
        }

        var package = await reader.ReadAsync(path.Trim(), cancellationToken);
        await store.AddAsync(package, actor.Did("package.register", $"package {package.FileName}", null, $"{package.Path}, sha256 {package.Sha256}"), cancellationToken);
        return package;
    }

    /// <summary>Forgets a package; the file stays.</summary>
    /// <exception cref="ConflictException">A cluster is being made from it.</exception>
    public async Task DeleteAsync(Guid id, CancellationToken cancellationToken)
    {
        var actor = await access.RequireAsync(Role.Operator, cancellationToken);
        if (await store.FindAsync(id, cancellationToken) is { } package)
        {
            await store.DeleteAsync(id, actor.Did("package.forget", $"package {package.FileName}", package.Path), cancellationToken);
        }
    }
}
