using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ClusterPanel.Core.Pki;

/// <summary>What a certificate is for.</summary>
/// <param name="CommonName">Who it names.</param>
/// <param name="Organization">The group it gives its holder in Kubernetes, or null.</param>
/// <param name="Usage">What its holder may do with it.</param>
/// <param name="Names">DNS names and IP addresses it is valid for.</param>
public sealed record CertificateProfile(string CommonName, string? Organization, CertificateUsage Usage, IReadOnlyList<string> Names)
{
    private const string CommonNameOid = "2.5.4.3", OrganizationOid = "2.5.4.10";

    /// <summary>What a certificate says, so that another one can say the same.</summary>
    /// <param name="certificate">PEM.</param>
    /// <exception cref="CryptographicException">It is no certificate.</exception>
    public static CertificateProfile Of(string certificate)
    {
        using var read = X509Certificate2.CreateFromPem(certificate);
        var subject = read.SubjectName.EnumerateRelativeDistinguishedNames().Where(r => !r.HasMultipleElements).ToLookup(r => r.GetSingleElementType().Value, r => r.GetSingleElementValue());
        var usages = read.Extensions.OfType<X509EnhancedKeyUsageExtension>().SelectMany(e => e.EnhancedKeyUsages.Cast<Oid>()).Select(o => o.Value).ToHashSet();
        return new(
            subject[CommonNameOid].FirstOrDefault() ?? "",
            subject[OrganizationOid].FirstOrDefault(),
            (usages.Contains(CertificateUsages.Server) ? CertificateUsage.Server : 0) | (usages.Contains(CertificateUsages.Client) ? CertificateUsage.Client : 0),
            NamesOf(read));
    }

    /// <summary>DNS names and addresses a certificate is valid for.</summary>
    public static IReadOnlyList<string> NamesOf(X509Certificate2 certificate) =>
    [
        .. certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().SelectMany(e => e.EnumerateDnsNames().Concat(e.EnumerateIPAddresses().Select(a => a.ToString()))),
    ];
}
