using ClusterPanel.Core;
using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Deployments;
using ClusterPanel.Infrastructure.Persistence.Configurations;
using ClusterPanel.Infrastructure.Persistence.Rows;
using ClusterPanel.Infrastructure.Secrets;
using Microsoft.EntityFrameworkCore;

namespace ClusterPanel.Infrastructure.Persistence;

internal sealed class ClusterStore(IDbContextFactory<AppDbContext> factory, SecretProtector protector, TimeProvider time) : IClusterStore
{
    public async Task<IReadOnlyList<Cluster>> ListAsync(CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        var clusters = await db.Clusters.AsNoTracking().ToListAsync(cancellationToken);
        return [.. clusters.OrderBy(c => c.Name, Names.Order)];
    }

    public async Task<Cluster?> FindAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        return await db.Clusters.AsNoTracking().SingleOrDefaultAsync(c => c.Id == id, cancellationToken);
    }

    public async Task<string?> OpenKubeconfigAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        var row = await db.ClusterSecrets.AsNoTracking().SingleOrDefaultAsync(r => r.ClusterId == id, cancellationToken);
        return row is null ? null : protector.Unprotect(SecretKind.Kubeconfig, id, row.Kubeconfig);
    }

    public async Task SaveKubeconfigAsync(Guid id, string kubeconfig, CancellationToken cancellationToken)
    {
        var box = protector.Protect(SecretKind.Kubeconfig, id, kubeconfig);
        await factory.InTransactionAsync(
            async db =>
            {
                await db.LockClusterAsync(id, cancellationToken);
                if (await db.ClusterSecrets.FindAsync([id], cancellationToken) is { } row)
                {
                    row.Kubeconfig = box;
                }
                else
                {
                    db.ClusterSecrets.Add(new ClusterSecretRow { ClusterId = id, Kubeconfig = box });
                }

                await db.SaveChangesAsync(cancellationToken);
            },
            cancellationToken);
    }

    public async Task SetReadyAsync(Guid id, CancellationToken cancellationToken)
    {
        DateTimeOffset? now = time.GetUtcNow();
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        await db.Clusters.Where(c => c.Id == id).ExecuteUpdateAsync(
            c => c.SetProperty(x => x.Status, ClusterStatus.Ready)
                .SetProperty(x => x.ReadyAt, x => x.ReadyAt ?? now)
                .SetProperty(x => EF.Property<Guid?>(x, ClusterConfiguration.NeededPackageId), (Guid?)null)
                .SetProperty(x => x.Version, x => x.Version + 1),
            cancellationToken);
    }

    public Task DeleteAsync(Guid id, CancellationToken cancellationToken) => factory.InTransactionAsync(
        async db =>
        {
            await db.LockClusterAsync(id, cancellationToken);
            if (await db.Deployments.AsNoTracking().FirstOrDefaultAsync(
                d => d.ClusterId == id && (d.Status == DeploymentStatus.Queued || d.Status == DeploymentStatus.Running), cancellationToken) is { } unfinished)
            {
                throw new ConflictException($"A deployment of cluster {unfinished.ClusterName} is not finished: cancel it and wait until it has stopped.");
            }

            await db.Clusters.Where(c => c.Id == id).ExecuteDeleteAsync(cancellationToken);
        },
        cancellationToken);
}
