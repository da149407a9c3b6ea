using ClusterPanel.Infrastructure.Ssh;

namespace ClusterPanel.Infrastructure.Tests.Ssh;

public sealed class PrivateKeyCheckTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("cp-key-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData("ed25519")]
    [InlineData("ecdsa")]
    [InlineData("rsa")]
    [InlineData("rsa", "-m", "PEM")]
    [InlineData("rsa", "-m", "PKCS8")]
    public void Check_Key_OpensWithItsPassphraseOnly(string type, params string[] format)
    {
        var key = Key(type, "open sesame", format);

        Assert.Null(new PrivateKeyCheck().Check(key, "open sesame"));
        Assert.Null(new PrivateKeyCheck().Check("\r\n " + key.Replace("\n", "\r\n", StringComparison.Ordinal).TrimEnd(), "open sesame"));
        Assert.Equal(new("passphrase", "This private key is encrypted: enter its passphrase."), new PrivateKeyCheck().Check(key, null));
        Assert.Equal(new("passphrase", "The passphrase does not open this private key."), new PrivateKeyCheck().Check(key, "wrong"));
    }

    [Fact]
    public void Check_PlainKey_NeedsNoPassphrase()
    {
        var key = Key("ed25519", "");

        Assert.Null(new PrivateKeyCheck().Check(key, null));
        Assert.Null(new PrivateKeyCheck().Check(key, "not needed"));
    }

    [Fact]
    public void Check_PublicKey_SaysSo()
    {
        Key("ed25519", "");

        Assert.StartsWith("This is a public key", new PrivateKeyCheck().Check(File.ReadAllText(Path.Combine(_directory, "key.pub")), null)?.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("hello")]
    [InlineData("-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----")]
    public void Check_SomethingElse_SaysSo(string text)
    {
        var error = new PrivateKeyCheck().Check(text, null);

        Assert.Equal(new("privateKey", "This is not a complete private key. Paste all of it, from -----BEGIN to END-----."), error);
    }

    [Fact]
    public void Check_HalfAKey_SaysSo()
    {
        var key = Key("rsa", "");

        Assert.Equal("privateKey", new PrivateKeyCheck().Check(key[..(key.Length / 2)], null)?.Field);
    }

    private string Key(string type, string passphrase, params string[] format)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/ssh-keygen"), "needs ssh-keygen");
        var file = Path.Combine(_directory, "key");
        Command.Run("ssh-keygen", ["-q", "-t", type, "-N", passphrase, "-f", file, .. format]);
        return File.ReadAllText(file);
    }
}
