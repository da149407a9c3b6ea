using ClusterPanel.Core;
using ClusterPanel.Core.Hosts;

namespace ClusterPanel.Web.Tests.Fakes;

public sealed class FakeKeyCheck : IPrivateKeyCheck
{
    public FieldError? Check(string privateKey, string? passphrase) =>
        privateKey.Contains("BEGIN", StringComparison.Ordinal) ? null : new FieldError("privateKey", "This is not a private key.");
}
