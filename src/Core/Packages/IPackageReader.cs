namespace ClusterPanel.Core.Packages;

/// <summary>Reads and checks an archive on the panel's disk.</summary>
public interface IPackageReader
{
    /// <summary>Reads the whole archive once: layout, metadata, images, hash.</summary>
    /// <exception cref="InvalidInputException">It is not there, not readable, or not a package in Sealos 3's layout; says what is missing.</exception>
    Task<OfflinePackage> ReadAsync(string path, CancellationToken cancellationToken);
}
