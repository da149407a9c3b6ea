using System.Security.Cryptography;
using ClusterPanel.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace ClusterPanel.Infrastructure.Secrets;

/// <summary>
/// Two known texts, encrypted at the first start and decrypted at each: one by the master key, one by the key ring. The first
/// must come before the key ring is touched at all, because with a wrong master key Data Protection would quietly begin a new ring.
/// </summary>
internal sealed class Canary(SettingStore settings, MasterKeyFile file, KnownMasterKeys keys, SecretProtector protector, IDbContextFactory<AppDbContext> factory)
{
    private const string KeyRingSetting = "canary-key-ring";
    private const string Text = "canary";

    /// <exception cref="StartRefusedException">The secrets in the database could not be read with this key.</exception>
    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        await CheckMasterKeyAsync(cancellationToken);
        await CheckKeyRingAsync(cancellationToken);
    }

    private async Task CheckMasterKeyAsync(CancellationToken cancellationToken)
    {
        if (await settings.FindAsync(MasterKeyCanary.Setting, cancellationToken) is { } stored)
        {
            try
            {
                keys.WhichOpens(MasterKeyCanary.Box(stored), MasterKeyCanary.Purpose);
                return;
            }
            catch (CryptographicException e)
            {
                throw new StartRefusedException("The master key is not the one this database was made with: restore the right key file, or the backup that belongs to this one.", e);
            }
        }

        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        if (await db.DataProtectionKeys.AnyAsync(cancellationToken))
        {
            throw new StartRefusedException($"The database has keys but has lost the mark of its master key (setting {MasterKeyCanary.Setting}): restore the database from a backup.");
        }

        file.CreateIfMissing();
        await settings.SaveAsync(MasterKeyCanary.Setting, MasterKeyCanary.Seal(keys.Any), cancellationToken);
    }

    private async Task CheckKeyRingAsync(CancellationToken cancellationToken)
    {
        if (await settings.FindAsync(KeyRingSetting, cancellationToken) is not { } stored)
        {
            await settings.SaveAsync(KeyRingSetting, Convert.ToBase64String(protector.Protect(SecretKind.Canary, Guid.Empty, Text)), cancellationToken);
            return;
        }

        try
        {
            protector.Unprotect(SecretKind.Canary, Guid.Empty, Convert.FromBase64String(stored));
        }
        catch (Exception e) when (e is CryptographicException or FormatException)
        {
            throw new StartRefusedException("The database's key ring cannot decrypt what it once encrypted, so keys are missing or damaged: restore the database from a backup.", e);
        }
    }
}
