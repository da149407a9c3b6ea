using System.Net;
using System.Net.NetworkInformation;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using ClusterPanel.Infrastructure.Persistence;
using Microsoft.Extensions.Options;

namespace ClusterPanel.Infrastructure.Secrets;

/// <summary>
/// The certificate the panel serves HTTPS with when it is given none: made at the first start, kept with its key in the data
/// directory. Nobody vouches for it, so its SHA-256 is printed, to be compared with what the browser shows.
/// </summary>
public sealed class ServingCertificate(IOptions<PanelOptions> options, TimeProvider time) : IDisposable
{
    // What Apple's systems accept at most, and long before its end a start makes another: https://support.apple.com/en-us/103769
    private static readonly TimeSpan Validity = TimeSpan.FromDays(825);
    private static readonly TimeSpan Remainder = TimeSpan.FromDays(90);
    private readonly Lock _gate = new();
    private X509Certificate2? _certificate;

    /// <summary>The file, certificate and key in PEM.</summary>
    public string FilePath => Path.Combine(options.Value.EffectiveDataDirectory, "panel-certificate.pem");

    /// <summary>The certificate; made when there is none yet, or it ends soon.</summary>
    /// <exception cref="StartRefusedException">The file cannot be read or written, or holds something else.</exception>
    public X509Certificate2 Value
    {
        get
        {
            lock (_gate)
            {
                return _certificate ??= Read() ?? Make();
            }
        }
    }

    /// <summary>SHA-256 of the certificate, as browsers show it.</summary>
    public static string Fingerprint(X509Certificate2 certificate) =>
        string.Join(':', certificate.GetCertHash(HashAlgorithmName.SHA256).Select(b => b.ToString("X2", System.Globalization.CultureInfo.InvariantCulture)));

    public void Dispose() => _certificate?.Dispose();

    private X509Certificate2? Read()
    {
        if (!File.Exists(FilePath))
        {
            return null;
        }

        try
        {
            var certificate = X509Certificate2.CreateFromPemFile(FilePath);
            if (certificate.NotAfter - Remainder > time.GetUtcNow())
            {
                return certificate;
            }

            certificate.Dispose();
            return null;
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new StartRefusedException($"The panel's own certificate {FilePath} cannot be read ({e.Message.TrimEnd('.')}): remove the file to have a new one made.", e);
        }
    }

    private X509Certificate2 Make()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN=ClusterPanel on {Dns.GetHostName()}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        request.CertificateExtensions.Add(Names());
        var now = time.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddHours(-1), now + Validity);
        try
        {
            PrivateFiles.CreateDirectory(options.Value.EffectiveDataDirectory);
            var unfinished = FilePath + ".new";
            File.Delete(unfinished);
            using (var stream = PrivateFiles.CreateNew(unfinished))
            {
                stream.Write(Encoding.ASCII.GetBytes($"{certificate.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n"));
                stream.Flush(flushToDisk: true);
            }

            File.Move(unfinished, FilePath, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartRefusedException($"The panel cannot write its certificate to {FilePath} ({e.Message.TrimEnd('.')}): let it write there, or give it one (Kestrel:Certificates:Default).", e);
        }

        return X509Certificate2.CreateFromPemFile(FilePath);
    }

    // Every name and address this machine has now: which of them browsers use is not known here.
    private static X509Extension Names()
    {
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        if (Uri.CheckHostName(Dns.GetHostName()) == UriHostNameType.Dns)
        {
            names.AddDnsName(Dns.GetHostName());
        }

        var addresses = NetworkInterface.GetAllNetworkInterfaces()
            .SelectMany(i => i.GetIPProperties().UnicastAddresses)
            .Select(a => new IPAddress(a.Address.GetAddressBytes()))
            .Where(a => !a.IsIPv6LinkLocal);
        foreach (var address in addresses.Append(IPAddress.Loopback).Append(IPAddress.IPv6Loopback).Distinct())
        {
            names.AddIpAddress(address);
        }

        return names.Build();
    }
}
