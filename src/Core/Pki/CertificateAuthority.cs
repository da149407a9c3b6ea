using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ClusterPanel.Core.Pki;

/// <summary>A certificate authority with its key, in this process's memory.</summary>
public sealed class CertificateAuthority : IDisposable
{
    // kubeadm's (NewPrivateKey): what every version of Kubernetes reads.
    private const int KeyBits = 2048;

    // Clocks of hosts differ; a certificate that begins now would not be valid yet on some.
    private static readonly TimeSpan Slack = TimeSpan.FromHours(1);

    private readonly X509Certificate2 _certificate;
    private readonly AsymmetricAlgorithm _key;

    private CertificateAuthority(X509Certificate2 certificate, AsymmetricAlgorithm key)
    {
        _certificate = certificate;
        _key = key;
    }

    /// <summary>The certificate, PEM.</summary>
    public string Certificate => _certificate.ExportCertificatePem() + "\n";

    /// <summary>When it ends; nothing it signs is valid for longer.</summary>
    public DateTimeOffset End => _certificate.NotAfter.ToUniversalTime();

    /// <summary>Makes a new one.</summary>
    /// <param name="commonName">Its name, for example <c>kubernetes</c>.</param>
    /// <param name="now">The present moment.</param>
    /// <param name="years">How long it is valid.</param>
    public static CertificateAndKey Create(string commonName, DateTimeOffset now, int years)
    {
        using var key = RSA.Create(KeyBits);
        var request = Request(new CertificateProfile(commonName, null, 0, [commonName]), key);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyEncipherment | X509KeyUsageFlags.KeyCertSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        using var certificate = request.Create(request.SubjectName, X509SignatureGenerator.CreateForRSA(key, RSASignaturePadding.Pkcs1), now - Slack, Validity.End(now, years), Serial());
        return new CertificateAndKey(certificate.ExportCertificatePem() + "\n", key.ExportRSAPrivateKeyPem() + "\n");
    }

    /// <summary>Makes a key pair as kubeadm's <c>sa.key</c> and <c>sa.pub</c>: the private and the public half, PEM.</summary>
    public static (string Private, string Public) CreateServiceAccountKey()
    {
        using var key = RSA.Create(KeyBits);
        return (key.ExportRSAPrivateKeyPem() + "\n", key.ExportSubjectPublicKeyInfoPem() + "\n");
    }

    /// <summary>Opens one that is there; its key may be RSA or ECDSA.</summary>
    /// <exception cref="CryptographicException">They are no certificate and key, or do not belong together.</exception>
    public static CertificateAuthority Open(CertificateAndKey authority)
    {
        try
        {
            var certificate = X509Certificate2.CreateFromPem(authority.Certificate, authority.Key);
            return new CertificateAuthority(certificate, (AsymmetricAlgorithm?)certificate.GetRSAPrivateKey() ?? certificate.GetECDsaPrivateKey() ?? throw new CryptographicException("The CA's key is neither RSA nor ECDSA."));
        }
        catch (ArgumentException e)
        {
            throw new CryptographicException("The CA's certificate and key do not belong together.", e);
        }
    }

    /// <summary>Makes a key and signs a certificate for it, which ends with the CA at the latest.</summary>
    /// <param name="profile">What it is for.</param>
    /// <param name="now">The present moment.</param>
    /// <param name="years">How long it is to be valid.</param>
    public CertificateAndKey Issue(CertificateProfile profile, DateTimeOffset now, int years)
    {
        using var key = RSA.Create(KeyBits);
        var request = Request(profile, key);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyEncipherment, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(Usages(profile.Usage), false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(_certificate, true, false));
        var begin = Later(now - Slack, _certificate.NotBefore.ToUniversalTime());
        var end = Earlier(Validity.End(now, years), End);
        var signer = _key is RSA rsa ? X509SignatureGenerator.CreateForRSA(rsa, RSASignaturePadding.Pkcs1) : X509SignatureGenerator.CreateForECDsa((ECDsa)_key);
        using var certificate = request.Create(_certificate.SubjectName, signer, begin, end, Serial());
        return new CertificateAndKey(certificate.ExportCertificatePem() + "\n", key.ExportRSAPrivateKeyPem() + "\n");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _key.Dispose();
        _certificate.Dispose();
    }

    private static CertificateRequest Request(CertificateProfile profile, RSA key)
    {
        var subject = new X500DistinguishedNameBuilder();
        subject.AddCommonName(profile.CommonName);
        if (profile.Organization is not null)
        {
            subject.AddOrganizationName(profile.Organization);
        }

        var request = new CertificateRequest(subject.Build(), key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        if (profile.Names.Count > 0)
        {
            var names = new SubjectAlternativeNameBuilder();
            foreach (var name in profile.Names.Distinct(StringComparer.Ordinal))
            {
                if (IPAddress.TryParse(name, out var address))
                {
                    names.AddIpAddress(address);
                }
                else
                {
                    names.AddDnsName(name);
                }
            }

            request.CertificateExtensions.Add(names.Build());
        }

        return request;
    }

    private static OidCollection Usages(CertificateUsage usage)
    {
        var usages = new OidCollection();
        if (usage.HasFlag(CertificateUsage.Server))
        {
            usages.Add(new Oid(CertificateUsages.Server));
        }

        if (usage.HasFlag(CertificateUsage.Client))
        {
            usages.Add(new Oid(CertificateUsages.Client));
        }

        return usages;
    }

    // Positive and of full length (RFC 5280, 4.1.2.2: at most 20 octets), from a source nobody can guess.
    private static byte[] Serial()
    {
        var serial = RandomNumberGenerator.GetBytes(16);
        serial[0] = (byte)((serial[0] & 0x3F) | 0x40);
        return serial;
    }

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;

    private static DateTimeOffset Earlier(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;
}
