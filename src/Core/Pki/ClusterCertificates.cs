using ClusterPanel.Core.Clusters;

namespace ClusterPanel.Core.Pki;

/// <summary>Every certificate of a cluster, as the hosts had it.</summary>
/// <param name="All">The certificates, by host.</param>
/// <param name="Silent">Members that did not answer, with the reason.</param>
/// <param name="ReadAt">When.</param>
public sealed record ClusterCertificates(IReadOnlyList<NodeCertificate> All, IReadOnlyList<(ClusterMember Host, string Why)> Silent, DateTimeOffset ReadAt)
{
    /// <summary>Those that were given less time than the cluster's certificates get.</summary>
    /// <param name="years">What was asked for.</param>
    public IReadOnlyList<NodeCertificate> MadeForLess(int years)
    {
        var authority = All.Where(c => c.File == "/etc/kubernetes/pki/ca.crt").Select(c => (DateTimeOffset?)c.Ends).Max();
        return [.. All.Where(c => c.IsShort(years, authority))];
    }

    /// <summary>The one in a file that ends first, or null when none was read.</summary>
    public NodeCertificate? Nearest => All.Where(c => !c.InMemory).MinBy(c => c.Ends);
}
