namespace ClusterPanel.Core.Pki;

/// <summary>A certificate with its key. Held in memory only, never logged.</summary>
/// <param name="Certificate">PEM.</param>
/// <param name="Key">PEM, not encrypted.</param>
public sealed record CertificateAndKey(string Certificate, string Key);
