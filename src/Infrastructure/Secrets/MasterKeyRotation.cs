using System.Data.Common;
using System.Globalization;
using System.Security.Cryptography;
using System.Xml;
using System.Xml.Linq;
using ClusterPanel.Core.Access;
using ClusterPanel.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.Options;

namespace ClusterPanel.Infrastructure.Secrets;

/// <summary>
/// Changes the master key while panels run: the new key enters the file, one transaction wraps the key ring with it, the old key
/// leaves the file. Ended at any point, the next run finishes it.
/// </summary>
internal sealed class MasterKeyRotation(IDbContextFactory<AppDbContext> factory, MasterKeyFile file, KeyRing ring, TimeProvider time)
{
    /// <param name="prepareOnly">Only puts the new key into the file, which is then to be copied to other machines.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>What was done, in one line.</returns>
    /// <exception cref="StartRefusedException">It cannot be done; the message says why.</exception>
    public async Task<string> RunAsync(bool prepareOnly, CancellationToken cancellationToken)
    {
        try
        {
            // Before the database is opened, which would make an empty one where there is none.
            file.Read();
            await using var db = await factory.CreateDbContextAsync(cancellationToken);
            await using var startLock = await db.Dialect.OpenForStartAsync(db, time, cancellationToken);
            var next = await PrepareAsync(cancellationToken);
            if (prepareOnly)
            {
                return $"{file.FilePath} holds the next master key and the current one: copy it over the key file of every other machine that runs the panel, then run rotate-master-key on each.";
            }

            var count = await RewrapAsync(next, cancellationToken);
            file.Write([next]);
            return string.Create(CultureInfo.InvariantCulture, $"The master key is changed. Keys of the key ring wrapped with the new one: {count}. {file.FilePath} holds it alone: back the file up, and keep the old one as long as backups of the database from before.");
        }
        catch (OptionsValidationException e)
        {
            throw new StartRefusedException(string.Join(" ", e.Failures), e);
        }
        catch (Exception e) when (e is DbException or DbUpdateException or RetryLimitExceededException)
        {
            throw new StartRefusedException($"The database cannot be used: {e.GetBaseException().Message.ReplaceLineEndings(" ")}", e);
        }
    }

    /// <summary>Puts a new key before the current one in the file, unless an earlier run has.</summary>
    /// <returns>The new key.</returns>
    internal async Task<MasterKey> PrepareAsync(CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        if (!db.Database.GetMigrations().SequenceEqual(await db.Database.GetAppliedMigrationsAsync(cancellationToken)))
        {
            throw new StartRefusedException("The database does not have the schema of this version: start this version of the panel on it first, or use the rotate-master-key of the version that runs.");
        }

        var keys = file.Read();
        var canary = await db.Settings.Where(s => s.Key == MasterKeyCanary.Setting).Select(s => s.Value).SingleOrDefaultAsync(cancellationToken);
        if (canary is null || !keys.Any(k => MasterKeyCanary.IsSealedWith(canary, k)))
        {
            throw new StartRefusedException($"The master key in {file.FilePath} is not the one this database was made with: restore the right key file.");
        }

        if (keys.Count > 1)
        {
            return keys[0];
        }

        var next = MasterKey.New();
        file.Write([next, keys[0]]);
        return next;
    }

    /// <summary>Wraps the whole key ring with the new key, and makes it the current one.</summary>
    /// <returns>How many keys there are.</returns>
    internal Task<int> RewrapAsync(MasterKey next, CancellationToken cancellationToken) =>
        factory.InTransactionAsync(db => RewrapAsync(db, next, cancellationToken), cancellationToken);

    /// <summary>The same in a transaction that somebody else commits.</summary>
    internal async Task<int> RewrapAsync(AppDbContext db, MasterKey next, CancellationToken cancellationToken)
    {
        var canary = MasterKeyCanary.Lock(db);
        var rows = await db.DataProtectionKeys.Where(k => k.Xml != null).ToListAsync(cancellationToken);
        foreach (var row in rows)
        {
            try
            {
                row.Xml = ring.Wrapped(XElement.Parse(row.Xml!), next);
            }
            catch (Exception e) when (e is CryptographicException or FormatException or XmlException)
            {
                throw new StartRefusedException($"The key {row.FriendlyName} of the key ring does not open with {file.FilePath}, so the database was left as it is: restore it from a backup.", e);
            }
        }

        // An earlier run may have come this far, and has told it then.
        if (!MasterKeyCanary.IsSealedWith(canary.Value, next))
        {
            canary.Value = MasterKeyCanary.Seal(next);
            db.Note(Actor.Panel.Did("master-key.rotate", "the master key", after: string.Create(CultureInfo.InvariantCulture, $"keys wrapped anew: {rows.Count}")), time);
        }

        await db.SaveChangesAsync(cancellationToken);
        return rows.Count;
    }
}
