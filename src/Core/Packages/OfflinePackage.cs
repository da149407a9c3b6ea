namespace ClusterPanel.Core.Packages;

/// <summary>A registered offline package: an archive with Kubernetes binaries and images for one version and architecture.</summary>
public sealed class OfflinePackage
{
    /// <summary>Identity of the package.</summary>
    public Guid Id { get; init; } = Guid.NewGuid();

    /// <summary>File name, as shown.</summary>
    public required string FileName { get; init; }

    /// <summary>Where it lies on the panel's disk.</summary>
    public required string Path { get; init; }

    /// <summary>Length in bytes.</summary>
    public required long Size { get; init; }

    /// <summary>SHA-256 of the file, lower-case hexadecimal; what hosts compare with.</summary>
    public required string Sha256 { get; init; }

    /// <summary>What is in it.</summary>
    public required PackageManifest Manifest { get; init; }

    /// <summary>When it was registered.</summary>
    public DateTimeOffset RegisteredAt { get; init; }
}
