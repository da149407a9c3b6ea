namespace ClusterPanel.Core.Pki;

/// <summary>What a certificate is for.</summary>
/// <param name="CommonName">Who it names.</param>
/// <param name="Organization">The group it gives its holder in Kubernetes, or null.</param>
/// <param name="Usage">What its holder may do with it.</param>
/// <param name="Names">DNS names and IP addresses it is valid for.</param>
public sealed record CertificateProfile(string CommonName, string? Organization, CertificateUsage Usage, IReadOnlyList<string> Names);
