using ClusterPanel.Core.Auditing;
using ClusterPanel.Core.Packages;

namespace ClusterPanel.Core.Tests.Fakes;

/// <summary>Packages in memory.</summary>
internal sealed class FakePackageStore(params IEnumerable<OfflinePackage> packages) : IPackageStore
{
    public List<OfflinePackage> Packages { get; } = [.. packages];

    public Task<IReadOnlyList<OfflinePackage>> ListAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<OfflinePackage>>(Packages);

    public Task<OfflinePackage?> FindAsync(Guid id, CancellationToken cancellationToken) => Task.FromResult(Packages.FirstOrDefault(p => p.Id == id));

    public Task AddAsync(OfflinePackage package, AuditEntry entry, CancellationToken cancellationToken)
    {
        Packages.Add(package);
        return Task.CompletedTask;
    }

    public Task DeleteAsync(Guid id, AuditEntry entry, CancellationToken cancellationToken)
    {
        Packages.RemoveAll(p => p.Id == id);
        return Task.CompletedTask;
    }
}
