namespace ClusterPanel.Core.Pki;

/// <summary>When a certificate's end is a concern.</summary>
/// <param name="WarnDays">Days before it.</param>
public sealed record CertificateLimits(int WarnDays)
{
    /// <summary>A month.</summary>
    public static CertificateLimits Default { get; } = new(30);
}
