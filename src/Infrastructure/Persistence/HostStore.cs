using ClusterPanel.Core;
using ClusterPanel.Core.Auditing;
using ClusterPanel.Core.Hosts;
using Microsoft.EntityFrameworkCore;

namespace ClusterPanel.Infrastructure.Persistence;

internal sealed class HostStore(IDbContextFactory<AppDbContext> factory, TimeProvider time) : IHostStore
{
    public async Task<IReadOnlyList<Host>> ListAsync(CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        var hosts = await db.Hosts.AsNoTracking().ToListAsync(cancellationToken);
        return [.. hosts.OrderBy(h => h.Name, Names.Order)];
    }

    public async Task<Host?> FindAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        return await db.Hosts.AsNoTracking().SingleOrDefaultAsync(h => h.Id == id, cancellationToken);
    }

    public async Task AddAsync(IReadOnlyCollection<Host> hosts, AuditEntry entry, CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        db.Hosts.AddRange(hosts);
        db.Note(entry, time);
        await SaveAsync(db, hosts, cancellationToken);
    }

    public async Task UpdateAsync(Host host, AuditEntry? entry, CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        db.Update(host);
        db.Note(entry, time);
        host.Version++;
        try
        {
            await SaveAsync(db, [host], cancellationToken);
        }
        catch
        {
            host.Version--;
            throw;
        }
    }

    public async Task DeleteAsync(Guid id, AuditEntry entry, CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        try
        {
            await db.DeleteAsync(db.Hosts.Where(h => h.Id == id), entry, time, cancellationToken);
        }
        catch (Exception e) when (e.IsReferenced())
        {
            var cluster = await db.ClusterHosts.Where(r => r.HostId == id)
                .Join(db.Clusters, r => r.ClusterId, c => c.Id, (r, c) => c).FirstOrDefaultAsync(cancellationToken);
            throw new ConflictException(
                cluster?.Spec.IsNotCleaned(id) == true
                    ? $"This host left cluster {cluster.Name} and was not cleaned: clean it on the cluster's page, or say there that it will not come back."
                    : $"This host is a node of cluster {cluster?.Name}: remove it from the cluster first.",
                e);
        }
    }

    private async Task SaveAsync(AppDbContext db, IReadOnlyCollection<Host> hosts, CancellationToken cancellationToken)
    {
        try
        {
            await db.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateConcurrencyException e)
        {
            throw new ConflictException($"Host {hosts.First().Name} was changed or removed by somebody else meanwhile: look at it again.", e);
        }
        catch (DbUpdateException e) when (e.IsTaken())
        {
            throw new ConflictException(await WhatIsTakenAsync(hosts, cancellationToken), e);
        }
        catch (DbUpdateException e) when (e.IsReferenced())
        {
            throw new ConflictException("The credential was removed meanwhile: choose another one.", e);
        }
    }

    private async Task<string> WhatIsTakenAsync(IReadOnlyCollection<Host> hosts, CancellationToken cancellationToken)
    {
        var others = (await ListAsync(cancellationToken)).Concat(hosts).DistinctBy(h => h.Id).ToList();
        var clashes = hosts.SelectMany(h => others.Where(o => o.Id != h.Id), (h, o) => (Host: h, Other: o)).ToList();
        return clashes.Where(c => c.Host.Name == c.Other.Name).Select(c => $"There is a host named {c.Host.Name} already.")
            .Concat(clashes.Where(c => c.Host.Endpoint == c.Other.Endpoint).Select(c => $"The address {c.Host.Endpoint} belongs to host {c.Other.Name} already."))
            .FirstOrDefault() ?? "A host with this name or address was there for a moment: try again.";
    }
}
