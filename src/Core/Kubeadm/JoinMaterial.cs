using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ClusterPanel.Core.Kubeadm;

/// <summary>What a joining node needs from a master: read over SSH, held in memory, never logged.</summary>
public static class JoinMaterial
{
    /// <summary>
    /// The files a joining master needs in <c>/etc/kubernetes/pki</c> when certificates are copied by hand; nothing else.
    /// Source: https://kubernetes.io/docs/setup/production-environment/tools/kubeadm/high-availability/#manual-certs
    /// </summary>
    public static readonly IReadOnlyList<string> PkiFiles =
        ["ca.crt", "ca.key", "sa.key", "sa.pub", "front-proxy-ca.crt", "front-proxy-ca.key", "etcd/ca.crt", "etcd/ca.key"];

    /// <summary>The hash kubeadm pins a CA by: SHA-256 of the certificate's SubjectPublicKeyInfo, lower-case hexadecimal.</summary>
    /// <param name="caCertificate">The CA certificate, PEM.</param>
    /// <exception cref="CryptographicException">It is not a certificate.</exception>
    public static string CaHash(string caCertificate)
    {
        using var certificate = X509Certificate2.CreateFromPem(caCertificate);
        return Convert.ToHexStringLower(SHA256.HashData(certificate.PublicKey.ExportSubjectPublicKeyInfo()));
    }
}
