using ClusterPanel.Core.Clusters;

namespace ClusterPanel.Core.Kubeadm;

/// <summary>
/// The configuration of <c>kubeadm join</c>. Its two values that are known only when it runs, token and CA hash, are shell
/// variables: the text goes into an unquoted here-document, so that the plan shows it whole and no secret is in it.
/// </summary>
public static class JoinConfiguration
{
    /// <summary>The document for a member, master or worker.</summary>
    public static string Text(ClusterSpec spec, ClusterMember member)
    {
        var controlPlane = member.Role == NodeRole.ControlPlane
            ? $"""

            controlPlane:
              localAPIEndpoint:
                advertiseAddress: "{member.Address}"
                bindPort: {spec.ApiServerPort}
            """
            : "";
        return $"""
            apiVersion: {KubeadmApi.For(spec.Version)}
            kind: JoinConfiguration
            discovery:
              bootstrapToken:
                apiServerEndpoint: "{spec.ControlPlaneEndpoint}"
                token: "$token"
                caCertHashes:
                  - "sha256:$ca_hash"
            {KubeadmApi.NodeRegistration(spec.Version, member)}{controlPlane}
            """;
    }
}
