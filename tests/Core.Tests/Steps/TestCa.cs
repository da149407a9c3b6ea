using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ClusterPanel.Core.Tests.Steps;

/// <summary>A CA certificate made for the tests.</summary>
internal static class TestCa
{
    public static string Pem { get; } = Make();

    private static string Make()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=kubernetes", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(Samples.Now, Samples.Now.AddYears(10));
        return certificate.ExportCertificatePem() + "\n";
    }
}
