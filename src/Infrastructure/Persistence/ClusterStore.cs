using ClusterPanel.Core.Auditing;
using ClusterPanel.Core.Clusters;
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

    public async Task SaveHostRecordAsync(Guid id, Guid hostId, ReadOnlyMemory<byte> record, CancellationToken cancellationToken)
    {
        var box = protector.Protect(SecretKind.HostRecord, hostId, Convert.ToBase64String(record.Span));
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        await db.ClusterHosts.Where(r => r.ClusterId == id && r.HostId == hostId)
            .ExecuteUpdateAsync(r => r.SetProperty(x => x.Record, box), cancellationToken);
    }

    public async Task<byte[]?> OpenHostRecordAsync(Guid id, Guid hostId, CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        var box = await db.ClusterHosts.Where(r => r.ClusterId == id && r.HostId == hostId).Select(r => r.Record).SingleOrDefaultAsync(cancellationToken);
        return box is null ? null : Convert.FromBase64String(protector.Unprotect(SecretKind.HostRecord, hostId, box));
    }

    public async Task DropHostRecordAsync(Guid id, Guid hostId, CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        await db.ClusterHosts.Where(r => r.ClusterId == id && r.HostId == hostId)
            .ExecuteUpdateAsync(r => r.SetProperty(x => x.Record, (byte[]?)null), cancellationToken);
    }

    public Task GiveUpHostAsync(Guid id, Guid hostId, AuditEntry entry, CancellationToken cancellationToken) => factory.InTransactionAsync(
        async db =>
        {
            await db.LockClusterAsync(id, cancellationToken);
            await db.ThrowIfUnfinishedAsync(id, cancellationToken);
            var cluster = await db.Clusters.SingleAsync(c => c.Id == id, cancellationToken);
            cluster.Spec = cluster.Spec with { NotCleaned = [.. cluster.Spec.NotCleaned.Where(m => m.HostId != hostId)] };
            cluster.Version++;
            await db.ClusterHosts.Where(r => r.ClusterId == id && r.HostId == hostId).ExecuteDeleteAsync(cancellationToken);
            db.Note(entry, time);
            await db.SaveChangesAsync(cancellationToken);
        },
        cancellationToken);

    public Task DeleteAsync(Guid id, AuditEntry entry, CancellationToken cancellationToken) => factory.InTransactionAsync(
        async db =>
        {
            await db.LockClusterAsync(id, cancellationToken);
            await db.ThrowIfUnfinishedAsync(id, cancellationToken);
            await db.Clusters.Where(c => c.Id == id).ExecuteDeleteAsync(cancellationToken);
            db.Note(entry, time);
            await db.SaveChangesAsync(cancellationToken);
        },
        cancellationToken);
}
