using System.Xml.Linq;
using ClusterPanel.Infrastructure.Persistence;
using Microsoft.AspNetCore.DataProtection.EntityFrameworkCore;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.EntityFrameworkCore;

namespace ClusterPanel.Infrastructure.Secrets;

/// <summary>
/// The key ring in the database. Every key in it is wrapped with the current master key, also one that a process adds while
/// another changes the master key; Data Protection's own repository adds rows without asking.
/// </summary>
internal sealed class KeyRing(IDbContextFactory<AppDbContext> factory, KnownMasterKeys keys) : IXmlRepository
{
    public IReadOnlyCollection<XElement> GetAllElements()
    {
        using var db = factory.CreateDbContext();
        return [.. db.DataProtectionKeys.AsNoTracking().Where(k => k.Xml != null).AsEnumerable().Select(k => XElement.Parse(k.Xml!))];
    }

    public void StoreElement(XElement element, string friendlyName)
    {
        using var outer = factory.CreateDbContext();
        outer.Database.CreateExecutionStrategy().Execute(() =>
        {
            using var db = factory.CreateDbContext();
            using var transaction = db.Database.BeginTransaction();
            var current = keys.WhichOpens(MasterKeyCanary.Box(MasterKeyCanary.Lock(db).Value), MasterKeyCanary.Purpose);

            // Done again after a commit whose answer was lost: a key that is there twice would make the ring unreadable.
            if (!db.DataProtectionKeys.Any(k => k.FriendlyName == friendlyName))
            {
                db.DataProtectionKeys.Add(new DataProtectionKey { FriendlyName = friendlyName, Xml = Wrapped(element, current) });
                db.SaveChanges();
            }

            transaction.Commit();
        });
    }

    /// <summary>The element with everything that is sealed in it sealed with this master key.</summary>
    /// <exception cref="System.Security.Cryptography.CryptographicException">Sealed with none of the known keys, or damaged.</exception>
    public string Wrapped(XElement element, MasterKey with)
    {
        var copy = new XElement(element);
        foreach (var part in copy.Descendants(MasterKeyXmlEncryptor.Element))
        {
            var box = Convert.FromBase64String(part.Value);
            if (!with.Opens(box, MasterKeyXmlEncryptor.Purpose))
            {
                var plain = keys.WhichOpens(box, MasterKeyXmlEncryptor.Purpose).Open(box, MasterKeyXmlEncryptor.Purpose);
                part.Value = Convert.ToBase64String(with.Seal(plain, MasterKeyXmlEncryptor.Purpose));
            }
        }

        return copy.ToString(SaveOptions.DisableFormatting);
    }
}
