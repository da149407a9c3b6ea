namespace ClusterPanel.Core.Deployments;

/// <summary>Sign certificates of nodes anew, and restart what uses them, one master at a time.</summary>
/// <param name="ClusterId">The cluster.</param>
/// <param name="Certificates">Names as in <see cref="Pki.RenewableCertificate.Names"/>; none for all.</param>
/// <param name="HostIds">Which nodes; none for all.</param>
public sealed record RenewCertificates(Guid ClusterId, IReadOnlyCollection<string> Certificates, IReadOnlyCollection<Guid> HostIds) : ClusterChange(ClusterId);
