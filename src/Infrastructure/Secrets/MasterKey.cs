using System.Security.Cryptography;
using System.Text;

namespace ClusterPanel.Infrastructure.Secrets;

/// <summary>The key that wraps the key ring. AES-256-GCM (NIST SP 800-38D): nonce, tag and ciphertext in one.</summary>
internal sealed class MasterKey
{
    public const int Length = 32;
    private const int NonceLength = 12;
    private const int TagLength = 16;
    private readonly byte[] _key;

    public MasterKey(ReadOnlySpan<byte> key)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(key.Length, Length);
        _key = key.ToArray();
    }

    public static MasterKey New() => new(RandomNumberGenerator.GetBytes(Length));

    public string ToBase64() => Convert.ToBase64String(_key);

    public bool IsSameAs(MasterKey other) => CryptographicOperations.FixedTimeEquals(_key, other._key);

    /// <param name="plain">What to encrypt.</param>
    /// <param name="purpose">What it is for: opening it for another purpose fails.</param>
    public byte[] Seal(ReadOnlySpan<byte> plain, string purpose)
    {
        var box = new byte[NonceLength + TagLength + plain.Length];
        var nonce = box.AsSpan(0, NonceLength);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(_key, TagLength);
        aes.Encrypt(nonce, plain, box.AsSpan(NonceLength + TagLength), box.AsSpan(NonceLength, TagLength), Encoding.UTF8.GetBytes(purpose));
        return box;
    }

    /// <exception cref="CryptographicException">Sealed with another key or for another purpose, or damaged.</exception>
    public byte[] Open(ReadOnlySpan<byte> box, string purpose)
    {
        if (box.Length < NonceLength + TagLength)
        {
            throw new CryptographicException("Too short to be sealed by the master key.");
        }

        var plain = new byte[box.Length - NonceLength - TagLength];
        using var aes = new AesGcm(_key, TagLength);
        aes.Decrypt(box[..NonceLength], box[(NonceLength + TagLength)..], box.Slice(NonceLength, TagLength), plain, Encoding.UTF8.GetBytes(purpose));
        return plain;
    }

    /// <summary>True when it was sealed with this key for this purpose.</summary>
    public bool Opens(ReadOnlySpan<byte> box, string purpose)
    {
        try
        {
            CryptographicOperations.ZeroMemory(Open(box, purpose));
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
