using System.Security.Cryptography;
using ClusterPanel.Core.Kubeadm;
using ClusterPanel.Core.Tests.Shell;
using ClusterPanel.Core.Tests.Steps;

namespace ClusterPanel.Core.Tests.Kubeadm;

public sealed class JoinMaterialTests
{
    [Theory]
    [InlineData("rsa:2048")]
    [InlineData("ec")]
    public async Task CaHash_CertificateOfEachKind_IsTheOneOfKubeadmsDocumentation(string kind)
    {
        Tool.Require("openssl");
        using var folder = new TempFolder();
        string[] key = kind == "ec" ? ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"] : ["-newkey", kind];
        var made = await Tool.RunAsync("openssl", ["req", "-x509", .. key, "-nodes", "-subj", "/CN=kubernetes", "-keyout", folder["key"], "-out", folder["crt"]]);
        Assert.Equal(0, made.ExitCode);

        // https://kubernetes.io/docs/reference/setup-tools/kubeadm/kubeadm-join/#token-based-discovery-with-ca-pinning
        var expected = await Tool.RunAsync("sh", "-c", $"openssl x509 -pubkey -in {folder["crt"]} | openssl pkey -pubin -outform der 2>/dev/null | openssl dgst -sha256 -hex | sed 's/^.* //'");

        Assert.Equal(expected.Output.Trim(), JoinMaterial.CaHash(folder.Read("crt")));
        Assert.Matches("^[0-9a-f]{64}$", JoinMaterial.CaHash(folder.Read("crt")));
    }

    [Fact]
    public void CaHash_TextAroundTheCertificate_IsPassedOver() => Assert.Equal(JoinMaterial.CaHash(TestCa.Pem), JoinMaterial.CaHash("subject=CN = kubernetes\n" + TestCa.Pem));

    [Theory]
    [InlineData("")]
    [InlineData("-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----\n")]
    public void CaHash_NoCertificate_IsACryptographicError(string text) => Assert.Throws<CryptographicException>(() => JoinMaterial.CaHash(text));
}
