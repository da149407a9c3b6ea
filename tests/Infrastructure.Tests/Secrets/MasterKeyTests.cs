using System.Security.Cryptography;
using ClusterPanel.Infrastructure.Secrets;

namespace ClusterPanel.Infrastructure.Tests.Secrets;

public sealed class MasterKeyTests
{
    private readonly MasterKey _key = new(RandomNumberGenerator.GetBytes(MasterKey.Length));

    [Fact]
    public void Open_Sealed_GivesThePlainBack() => Assert.Equal("plain"u8.ToArray(), _key.Open(_key.Seal("plain"u8, "purpose"), "purpose"));

    [Fact]
    public void Seal_SameTextTwice_IsNeverTheSame() => Assert.NotEqual(_key.Seal("plain"u8, "purpose"), _key.Seal("plain"u8, "purpose"));

    [Fact]
    public void Open_OtherPurpose_IsRefused() => Assert.ThrowsAny<CryptographicException>(() => _key.Open(_key.Seal("plain"u8, "purpose"), "other"));

    [Fact]
    public void Open_OtherKey_IsRefused() =>
        Assert.ThrowsAny<CryptographicException>(() => new MasterKey(RandomNumberGenerator.GetBytes(MasterKey.Length)).Open(_key.Seal("plain"u8, "purpose"), "purpose"));

    [Fact]
    public void Open_OneBitChangedAnywhere_IsRefused()
    {
        var box = _key.Seal("plain"u8, "purpose");
        for (var i = 0; i < box.Length; i++)
        {
            var damaged = box.ToArray();
            damaged[i] ^= 1;
            Assert.ThrowsAny<CryptographicException>(() => _key.Open(damaged, "purpose"));
        }
    }

    [Fact]
    public void Open_TooShort_IsRefused() => Assert.ThrowsAny<CryptographicException>(() => _key.Open(new byte[10], "purpose"));
}
