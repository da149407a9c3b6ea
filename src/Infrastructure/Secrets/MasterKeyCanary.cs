using System.Text;
using ClusterPanel.Infrastructure.Persistence;
using ClusterPanel.Infrastructure.Persistence.Rows;
using Microsoft.EntityFrameworkCore;

namespace ClusterPanel.Infrastructure.Secrets;

/// <summary>
/// A known text in the database, sealed with the master key. It says which master key is the current one, whatever key files hold.
/// Who changes that, or adds a key to the key ring, holds its row meanwhile, so that no key is left wrapped with an old master key.
/// </summary>
internal static class MasterKeyCanary
{
    public const string Setting = "canary-master-key";
    public const string Purpose = "ClusterPanel.Canary.v1";
    private const string Text = "canary";

    public static string Seal(MasterKey key) => Convert.ToBase64String(key.Seal(Encoding.UTF8.GetBytes(Text), Purpose));

    /// <summary>True when this is the database's master key.</summary>
    public static bool IsSealedWith(string stored, MasterKey key) => key.Opens(Box(stored), Purpose);

    /// <summary>The bytes; none, which no key opens, when it is damaged.</summary>
    public static byte[] Box(string stored)
    {
        var box = new byte[stored.Length];
        return Convert.TryFromBase64String(stored, box, out var length) ? box[..length] : [];
    }

    /// <summary>Reads it so that nobody else changes or reads it this way until the transaction ends.</summary>
    public static SettingRow Lock(AppDbContext db)
    {
        // A write that changes nothing locks the row in both databases, and the read after it sees what was committed before.
        db.Settings.Where(s => s.Key == Setting).ExecuteUpdate(set => set.SetProperty(s => s.Value, s => s.Value));
        return db.Settings.Single(s => s.Key == Setting);
    }
}
