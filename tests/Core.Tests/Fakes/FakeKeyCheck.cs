using ClusterPanel.Core.Hosts;

namespace ClusterPanel.Core.Tests.Fakes;

/// <summary>Accepts keys that begin like one.</summary>
internal sealed class FakeKeyCheck : IPrivateKeyCheck
{
    public FieldError? Check(string privateKey, string? passphrase) =>
        !privateKey.StartsWith("-----BEGIN", StringComparison.Ordinal) ? new FieldError("privateKey", "This is not a private key.")
        : passphrase == "wrong" ? new FieldError("passphrase", "The passphrase is wrong.")
        : null;
}
