using ClusterPanel.Core;
using ClusterPanel.Core.Hosts;
using Renci.SshNet.Common;

namespace ClusterPanel.Infrastructure.Ssh;

/// <inheritdoc/>
internal sealed class PrivateKeyCheck : IPrivateKeyCheck
{
    public FieldError? Check(string privateKey, string? passphrase)
    {
        var text = privateKey.Trim();
        if (IsPublicKey(text))
        {
            return new("privateKey", "This is a public key. Paste the private one: the file without .pub, from -----BEGIN to END-----.");
        }

        try
        {
            using var key = PrivateKeys.Open(text, passphrase);
            return null;
        }
        catch (SshPassPhraseNullOrEmptyException)
        {
            return new("passphrase", "This private key is encrypted: enter its passphrase.");
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // The library tells a wrong passphrase and a damaged file apart in a dozen ways, one per format and cipher.
            if (NeedsPassphrase(text))
            {
                return new("passphrase", string.IsNullOrEmpty(passphrase) ? "This private key is encrypted: enter its passphrase." : "The passphrase does not open this private key.");
            }

            return e is NotSupportedException || e.Message.Contains("not supported", StringComparison.Ordinal)
                ? new("privateKey", "This kind of private key is not supported. Use an Ed25519, ECDSA or RSA key in OpenSSH or PEM form.")
                : new("privateKey", "This is not a complete private key. Paste all of it, from -----BEGIN to END-----.");
        }
    }

    private static bool IsPublicKey(string text) =>
        text.StartsWith("ssh-", StringComparison.Ordinal) || text.StartsWith("ecdsa-sha2-", StringComparison.Ordinal) || text.StartsWith("sk-", StringComparison.Ordinal)
        || text.StartsWith("-----BEGIN PUBLIC KEY", StringComparison.Ordinal) || text.StartsWith("-----BEGIN RSA PUBLIC KEY", StringComparison.Ordinal)
        || text.StartsWith("---- BEGIN SSH2 PUBLIC KEY", StringComparison.Ordinal);

    private static bool NeedsPassphrase(string text)
    {
        if (text.StartsWith("-----BEGIN ENCRYPTED PRIVATE KEY", StringComparison.Ordinal))
        {
            return true;
        }

        try
        {
            using var key = PrivateKeys.Open(text, null);
            return false;
        }
        catch (SshPassPhraseNullOrEmptyException)
        {
            return true;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return false;
        }
    }
}
