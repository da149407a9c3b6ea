using ClusterPanel.Core;
using ClusterPanel.Core.Auditing;
using ClusterPanel.Core.Packages;
using ClusterPanel.Infrastructure.Persistence.Configurations;
using Microsoft.EntityFrameworkCore;

namespace ClusterPanel.Infrastructure.Persistence;

internal sealed class PackageStore(IDbContextFactory<AppDbContext> factory, TimeProvider time) : IPackageStore
{
    public async Task<IReadOnlyList<OfflinePackage>> ListAsync(CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        var packages = await db.Packages.AsNoTracking().ToListAsync(cancellationToken);
        return
        [
            .. packages.OrderByDescending(p => (p.Manifest.Version.Major, p.Manifest.Version.Minor, p.Manifest.Version.Patch)).ThenByDescending(p => p.RegisteredAt),
        ];
    }

    public async Task<OfflinePackage?> FindAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        return await db.Packages.AsNoTracking().SingleOrDefaultAsync(p => p.Id == id, cancellationToken);
    }

    public async Task AddAsync(OfflinePackage package, AuditEntry entry, CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        db.Packages.Add(package);
        db.Note(entry, time);
        try
        {
            await db.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException e) when (e.IsTaken())
        {
            db.ChangeTracker.Clear();
            var there = await db.Packages.AsNoTracking().FirstOrDefaultAsync(p => p.Sha256 == package.Sha256, cancellationToken);
            throw new ConflictException($"A package with the same content is registered already: {there?.Path ?? package.Path}.", e);
        }
    }

    public async Task DeleteAsync(Guid id, AuditEntry entry, CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        try
        {
            await db.DeleteAsync(db.Packages.Where(p => p.Id == id), entry, time, cancellationToken);
        }
        catch (Exception e) when (e.IsReferenced())
        {
            var cluster = await db.Clusters.Where(c => EF.Property<Guid?>(c, ClusterConfiguration.NeededPackageId) == id).Select(c => c.Name).FirstOrDefaultAsync(cancellationToken);
            throw new ConflictException($"Cluster {cluster} is being made from this package: finish or delete it first.", e);
        }
    }
}
