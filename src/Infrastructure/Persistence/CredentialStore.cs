using System.Text.Json;
using ClusterPanel.Core;
using ClusterPanel.Core.Auditing;
using ClusterPanel.Core.Hosts;
using ClusterPanel.Infrastructure.Persistence.Rows;
using ClusterPanel.Infrastructure.Secrets;
using Microsoft.EntityFrameworkCore;

namespace ClusterPanel.Infrastructure.Persistence;

internal sealed class CredentialStore(IDbContextFactory<AppDbContext> factory, SecretProtector protector, TimeProvider time) : ICredentialStore
{
    public async Task<IReadOnlyList<Credential>> ListAsync(CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        var credentials = await db.Credentials.AsNoTracking().ToListAsync(cancellationToken);
        return [.. credentials.OrderBy(c => c.Name, Names.Order)];
    }

    public async Task AddAsync(Credential credential, CredentialSecrets secrets, AuditEntry entry, CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        db.Credentials.Add(credential);
        db.Note(entry, time);
        db.CredentialSecrets.Add(new CredentialSecretRow { CredentialId = credential.Id, Protected = Protect(credential.Id, secrets) });
        await SaveAsync(db, credential, cancellationToken);
    }

    public async Task UpdateAsync(Credential credential, CredentialSecrets? secrets, AuditEntry entry, CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        db.Update(credential);
        db.Note(entry, time);
        if (secrets is not null)
        {
            db.Update(new CredentialSecretRow { CredentialId = credential.Id, Protected = Protect(credential.Id, secrets) });
        }

        credential.Version++;
        try
        {
            await SaveAsync(db, credential, cancellationToken);
        }
        catch
        {
            credential.Version--;
            throw;
        }
    }

    public async Task DeleteAsync(Guid id, AuditEntry entry, CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        try
        {
            await db.DeleteAsync(db.Credentials.Where(c => c.Id == id), entry, time, cancellationToken);
        }
        catch (Exception e) when (e.IsReferenced())
        {
            var names = await db.Hosts.Where(h => h.CredentialId == id).OrderBy(h => h.Name).Select(h => h.Name).ToListAsync(cancellationToken);
            var some = string.Join(", ", names.Take(3)) + (names.Count > 3 ? $" and {names.Count - 3} more" : "");
            throw new ConflictException($"This credential is used by {some}: give those hosts another one first.", e);
        }
    }

    public async Task<(Credential Credential, CredentialSecrets Secrets)> OpenAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        var found = await db.Credentials.AsNoTracking().Where(c => c.Id == id)
            .Join(db.CredentialSecrets, c => c.Id, s => s.CredentialId, (c, s) => new { Credential = c, s.Protected }).SingleOrDefaultAsync(cancellationToken)
            ?? throw new KeyNotFoundException("The credential is no longer there: give the host another one.");
        var json = protector.Unprotect(SecretKind.Credential, id, found.Protected);
        return (found.Credential, JsonSerializer.Deserialize<CredentialSecrets>(json) ?? throw new JsonException("The stored secrets are empty."));
    }

    private byte[] Protect(Guid id, CredentialSecrets secrets) => protector.Protect(SecretKind.Credential, id, JsonSerializer.Serialize(secrets));

    private static async Task SaveAsync(AppDbContext db, Credential credential, CancellationToken cancellationToken)
    {
        try
        {
            await db.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateConcurrencyException e)
        {
            throw new ConflictException($"Credential {credential.Name} was changed or removed by somebody else meanwhile: look at it again.", e);
        }
        catch (DbUpdateException e) when (e.IsTaken())
        {
            throw new ConflictException($"There is a credential named {credential.Name} already.", e);
        }
    }
}
