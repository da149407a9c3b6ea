using ClusterPanel.Core.Clusters;
using k8s.Models;

namespace ClusterPanel.Infrastructure.Clusters;

/// <summary>Makes the product's words of the API's nodes.</summary>
internal static class NodeStates
{
    public static NodeState Of(V1Node node)
    {
        var labels = node.Metadata?.Labels ?? new Dictionary<string, string>();
        var ready = node.Status?.Conditions?.FirstOrDefault(c => c.Type == "Ready");

        // "master" until 1.23, both from 1.20 on, "control-plane" alone since 1.24.
        var role = labels.ContainsKey("node-role.kubernetes.io/control-plane") || labels.ContainsKey("node-role.kubernetes.io/master") ? NodeRole.ControlPlane : NodeRole.Worker;
        return new NodeState(
            node.Metadata?.Name ?? "",
            role,
            ready?.Status switch
            {
                "True" => true,
                "False" => false,
                _ => null,
            },
            node.Status?.NodeInfo?.KubeletVersion ?? "",
            node.Status?.Addresses?.FirstOrDefault(a => a.Type == "InternalIP")?.Address ?? "",
            ready?.LastTransitionTime is { } since ? new DateTimeOffset(DateTime.SpecifyKind(since, DateTimeKind.Utc)) : null,
            node.Spec?.Unschedulable != true);
    }
}
