using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Deployments;

namespace ClusterPanel.Core.Steps;

/// <summary>
/// The look that tells whether something on a master still talks to another master's API server. Clients that began while the
/// master joined remember the address it joined through (pods on the host's network copy the hosts file when they start) and would lose their
/// API server silently when that master goes. Judged by connections, and by what those pods would connect to next.
/// </summary>
internal static class OtherMasters
{
    /// <summary>Key of the look.</summary>
    public const string Key = "connections";

    /// <summary>The wait for what it looks for.</summary>
    public static Wait ToEnd(TimeSpan limit) => new("connections to other masters to end", limit, "kube-proxy on this master is being restarted");

    /// <summary>The look, for plans.</summary>
    public static PlannedCommand Command(ClusterSpec spec, ClusterMember target)
    {
        var others = spec.ControlPlane.Where(m => m.HostId != target.HostId).Select(m => m.Address.Replace(".", "\\.")).DefaultIfEmpty("none");
        return PlannedCommand.Look(Key, "Look for connections from this master to another master's API server", $$"""
            all=$(ss -Htnp state established) || exit 1
            others=$(echo "$all" | awk '$4 ~ /^\[?(::ffff:)?({{string.Join('|', others)}})\]?:{{spec.ApiServerPort}}$/ { print $4, $5 }' | sort | uniq -c | tr '\n' ';')
            [ -z "$others" ] || { echo "still connected: $others"; exit 1; }
            pods=$(grep -lE '^({{string.Join('|', others)}})[[:space:]]+{{spec.ApiServerName.Replace(".", "\\.")}}$' /var/lib/kubelet/pods/*/etc-hosts 2>/dev/null | wc -l)
            [ "$pods" = 0 ] || { echo "the hosts files of $pods pods name another master"; exit 1; }
            """);
    }
}
