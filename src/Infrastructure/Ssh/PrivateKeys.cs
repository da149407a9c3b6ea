using System.Text;
using Renci.SshNet;

namespace ClusterPanel.Infrastructure.Ssh;

/// <summary>Opens private keys.</summary>
internal static class PrivateKeys
{
    /// <summary>The key of a pasted text; tolerates lost or foreign line ends around it.</summary>
    public static PrivateKeyFile Open(string privateKey, string? passphrase)
    {
        var text = privateKey.ReplaceLineEndings("\n").Trim() + "\n";
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(text));
        return string.IsNullOrEmpty(passphrase) ? new PrivateKeyFile(stream) : new PrivateKeyFile(stream, passphrase);
    }
}
