namespace ClusterPanel.Infrastructure.Clusters;

/// <summary>Section <c>Certificates</c>: when their end is a concern.</summary>
public sealed class CertificateOptions
{
    public const string Section = "Certificates";

    /// <summary>Days before the end of a certificate in a file from which on the home page names it.</summary>
    public int WarnDays { get; set; } = 30;
}
