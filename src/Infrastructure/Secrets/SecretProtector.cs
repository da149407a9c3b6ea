using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;

namespace ClusterPanel.Infrastructure.Secrets;

/// <summary>Encrypts secrets at rest. Each is bound to its kind and owner: copied to another row, it cannot be read.</summary>
internal sealed class SecretProtector(IDataProtectionProvider provider)
{
    public byte[] Protect(SecretKind kind, Guid owner, string secret)
    {
        var plain = Encoding.UTF8.GetBytes(secret);
        try
        {
            return Protector(kind, owner).Protect(plain);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plain);
        }
    }

    /// <exception cref="CryptographicException">Damaged, of another kind or owner, or its key is not in the key ring.</exception>
    public string Unprotect(SecretKind kind, Guid owner, byte[] stored)
    {
        var plain = Protector(kind, owner).Unprotect(stored);
        try
        {
            return Encoding.UTF8.GetString(plain);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plain);
        }
    }

    private IDataProtector Protector(SecretKind kind, Guid owner) => provider.CreateProtector("ClusterPanel.Secrets.v1", kind.ToString(), owner.ToString("N"));
}
