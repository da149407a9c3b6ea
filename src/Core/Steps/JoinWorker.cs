using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Deployments;
using ClusterPanel.Core.Hosts;
using ClusterPanel.Core.Kubeadm;

namespace ClusterPanel.Core.Steps;

/// <summary>Joins a worker, through the VIP in its own kernel. A half-done join is undone and run again.</summary>
public sealed class JoinWorker : IStep
{
    /// <inheritdoc/>
    public string Key => "join-worker";

    /// <inheritdoc/>
    public string Title => "Join workers";

    /// <inheritdoc/>
    public IReadOnlyList<PlannedCommand> Commands(PlanInput input, ClusterMember target) =>
    [
        PlannedCommand.Look("state", "Look how far this host is as a worker", $$"""
            if [ ! -e /etc/kubernetes/kubelet.conf ] && [ ! -e /etc/kubernetes/bootstrap-kubelet.conf ] && [ ! -e /etc/kubernetes/pki/ca.crt ]; then echo absent; exit 0; fi
            if [ -e {{HostDirectories.Root}}/kubeadm/joined ] && [ -e /etc/kubernetes/kubelet.conf ] && systemctl is-active -q kubelet; then echo joined; exit 0; fi
            echo partial
            """),
        .. JoinCommands.OnControlPlane(input.Spec),
        PlannedCommand.Change("remove-node", "Remove the half-joined Node (only when one is found)", $$"""
            {{KubeadmText.Kubectl}} delete node {{target.NodeName}} --ignore-not-found
            """) with { OnControlPlane = true },
        PlannedCommand.Detached("undo", "Undo a half-done join on the host (only when one is found)", $"rm -f {HostDirectories.Root}/kubeadm/joined\n{KubeadmText.Reset(input.Spec.Version)}", 10),
        PlannedCommand.Detached("join", "kubeadm join as a worker, through the VIP", $$"""
            {{JoinCommands.WriteConfiguration(input.Spec, target)}}
            rm -f {{HostDirectories.Root}}/kubeadm/joined
            kubeadm join --config {{JoinCommands.ConfigFile}}
            : > {{HostDirectories.Root}}/kubeadm/joined
            """, 15) with { Input = "a join token and the CA's hash" },
    ];

    /// <inheritdoc/>
    public Task RunAsync(StepContext context, CancellationToken cancellationToken) =>
        JoinCommands.TwiceAsync(context, token => JoinAsync(context, token), cancellationToken);

    private static async Task JoinAsync(StepContext context, CancellationToken cancellationToken)
    {
        var state = await context.ReadAsync("state", cancellationToken);
        if (state == "joined")
        {
            await context.SayAsync("It has joined.", cancellationToken);
            return;
        }

        var master = await context.HealthyControlPlaneAsync(cancellationToken);
        if (state == "partial")
        {
            await context.SayAsync("A half-done join was found. It is undone and run again.", cancellationToken);
            await context.ChangeAsync("remove-node", cancellationToken, master);
            await context.ForgetDetachedAsync("undo", cancellationToken);
            await context.DetachedAsync("undo", cancellationToken);
            await context.ForgetDetachedAsync("join", cancellationToken);
        }

        await context.DetachedAsync("join", cancellationToken, await JoinCommands.MaterialAsync(context, master, cancellationToken));
        state = await context.ReadAsync("state", cancellationToken);
        if (state != "joined")
        {
            throw new CommandFailedException(context.Target.HostName, "kubeadm join ended well, but kubelet does not run", 1, [$"its state is: {state}"]);
        }
    }
}
