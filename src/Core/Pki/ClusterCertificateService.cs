using ClusterPanel.Core.Access;
using ClusterPanel.Core.Clusters;

namespace ClusterPanel.Core.Pki;

/// <summary>A cluster's certificates, for whoever may see them.</summary>
public sealed class ClusterCertificateService(IAccess access, CertificateReader reader)
{
    /// <summary>As the hosts have them now.</summary>
    /// <exception cref="AccessDeniedException">The asker may not.</exception>
    public async Task<ClusterCertificates> ReadAsync(Cluster cluster, CancellationToken cancellationToken)
    {
        await access.RequireAsync(Role.Viewer, cancellationToken);
        return await reader.ReadAsync(cluster, cancellationToken);
    }
}
