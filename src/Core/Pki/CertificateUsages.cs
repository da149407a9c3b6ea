namespace ClusterPanel.Core.Pki;

/// <summary>Object identifiers of <see cref="CertificateUsage"/> (RFC 5280, 4.2.1.12).</summary>
internal static class CertificateUsages
{
    /// <summary>id-kp-serverAuth.</summary>
    public const string Server = "1.3.6.1.5.5.7.3.1";

    /// <summary>id-kp-clientAuth.</summary>
    public const string Client = "1.3.6.1.5.5.7.3.2";
}
