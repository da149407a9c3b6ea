using System.Collections.Concurrent;
using ClusterPanel.Core.Auditing;
using ClusterPanel.Core.Packages;

namespace ClusterPanel.Web.Tests.Fakes;

public sealed class MemoryPackages : IPackageStore
{
    private readonly ConcurrentDictionary<Guid, OfflinePackage> _packages = new();

    public Task<IReadOnlyList<OfflinePackage>> ListAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<OfflinePackage>>([.. _packages.Values.OrderBy(p => p.FileName, StringComparer.Ordinal)]);

    public Task<OfflinePackage?> FindAsync(Guid id, CancellationToken cancellationToken) => Task.FromResult(_packages.GetValueOrDefault(id));

    public Task AddAsync(OfflinePackage package, AuditEntry entry, CancellationToken cancellationToken)
    {
        _packages[package.Id] = package;
        return Task.CompletedTask;
    }

    public Task DeleteAsync(Guid id, AuditEntry entry, CancellationToken cancellationToken)
    {
        _packages.TryRemove(id, out _);
        return Task.CompletedTask;
    }
}
