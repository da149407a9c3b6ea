namespace ClusterPanel.Core.Pki;

/// <summary>Extended key usage (RFC 5280, 4.2.1.12).</summary>
[Flags]
public enum CertificateUsage
{
    /// <summary>Serve TLS.</summary>
    Server = 1,

    /// <summary>Prove who asks.</summary>
    Client = 2,
}
