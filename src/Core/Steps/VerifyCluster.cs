using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Deployments;
using ClusterPanel.Core.Hosts;
using ClusterPanel.Core.Kubeadm;

namespace ClusterPanel.Core.Steps;

/// <summary>Verifies the cluster as a whole: the nodes are the planned ones, and etcd's members are the masters, all healthy.</summary>
public sealed class VerifyCluster : IStep
{
    /// <inheritdoc/>
    public string Key => "verify-cluster";

    /// <inheritdoc/>
    public string Title => "Verify the cluster";

    /// <inheritdoc/>
    public IReadOnlyList<PlannedCommand> Commands(PlanInput input, ClusterMember target) =>
    [
        ApiReady.Command(input.Spec.ApiServerPort, onControlPlane: false),
        PlannedCommand.Look("nodes", "Read the names of all nodes", $"{KubeadmText.Kubectl} get nodes -o 'jsonpath={{.items[*].metadata.name}}'"),
        EtcdLook.Command,
    ];

    /// <inheritdoc/>
    public async Task RunAsync(StepContext context, CancellationToken cancellationToken)
    {
        await context.UntilAsync(ApiReady.ForOwn, ApiReady.Key, cancellationToken);

        // A worker that was left out may have joined before.
        var planned = context.Members.Select(m => m.NodeName).Order(StringComparer.Ordinal).ToList();
        var leftOut = context.Spec.Members.Select(m => m.NodeName).Except(planned).ToList();
        var nodes = (await context.ReadAsync("nodes", cancellationToken)).Split(' ', StringSplitOptions.RemoveEmptyEntries).Except(leftOut).Order(StringComparer.Ordinal).ToList();
        if (!planned.SequenceEqual(nodes))
        {
            throw new CommandFailedException(context.Target.HostName, "The nodes are not the planned ones", 1, [$"planned: {string.Join(", ", planned)}; there: {string.Join(", ", nodes)}"]);
        }

        await context.UntilAsync(new Wait("etcd's members to be the masters, all healthy", TimeSpan.FromMinutes(5), "a member is starting, or its host is overloaded"), async token =>
        {
            var members = await EtcdLook.ReadAsync(context, context.Target, token);
            var peers = members.Where(m => m is { Started: true, Healthy: true }).Select(m => m.Name).ToHashSet();
            return members.Count == context.Spec.ControlPlane.Count() && context.Spec.ControlPlane.All(m => peers.Contains(m.NodeName))
                ? null
                : EtcdLook.Describe(members);
        }, cancellationToken);
        await context.SayAsync($"{nodes.Count} nodes, {context.Spec.ControlPlane.Count()} etcd members, all healthy.", cancellationToken);
    }
}
