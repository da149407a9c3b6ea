using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Deployments;
using ClusterPanel.Core.Kubeadm;

namespace ClusterPanel.Core.Steps;

/// <summary>The member that has the same node name as one that leaves (<see cref="ClusterSpec.TwinOf"/>): is the Node of that name its own?</summary>
internal static class NodeTwin
{
    private const string Key = "whose";

    /// <summary>The look that tells whose the Node is; only where there is a twin.</summary>
    public static IReadOnlyList<PlannedCommand> Look(PlanInput input, ClusterMember target) => input.Spec.TwinOf(target) is { } twin
        ? [PlannedCommand.Look(Key, $"Look whose Node {target.NodeName} is: {twin.HostName} has the same node name, and stays", $$"""
            {{KubeadmText.Kubectl}} get node {{target.NodeName}} --ignore-not-found -o 'jsonpath={.status.addresses[?(@.type=="InternalIP")].address}'
            """) with { OnControlPlane = true }]
        : [];

    /// <summary>Tells whether the Node is the twin's, and says that it is left alone then.</summary>
    public static async Task<bool> OwnsAsync(StepContext context, ClusterMember master, CancellationToken cancellationToken)
    {
        if (!context.IsPlanned(Key) || context.Spec.TwinOf(context.Target) is not { } twin
            || !(await context.ReadAsync(Key, cancellationToken, master)).Split(' ').Contains(twin.Address))
        {
            return false;
        }

        await context.SayAsync($"The Node {twin.NodeName} is {twin.HostName}'s at {twin.Address}, which stays: it is left alone.", cancellationToken);
        return true;
    }
}
