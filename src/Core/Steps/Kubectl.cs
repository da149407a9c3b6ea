using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Deployments;

namespace ClusterPanel.Core.Steps;

/// <summary>kubectl for root on a master: the admin kubeconfig where kubectl looks for it, and completion for bash.</summary>
public sealed class Kubectl : IStep
{
    /// <inheritdoc/>
    public string Key => "kubectl";

    /// <inheritdoc/>
    public string Title => "kubectl on masters";

    /// <inheritdoc/>
    public IReadOnlyList<PlannedCommand> Commands(PlanInput input, ClusterMember target) =>
    [
        PlannedCommand.Look("configured", "Look whether root's kubectl is configured", """
            cmp -s /etc/kubernetes/admin.conf /root/.kube/config || { echo "root's kubeconfig is not the admin kubeconfig"; exit 0; }
            [ -s /etc/bash_completion.d/kubectl ] || { echo "completion is missing"; exit 0; }
            echo right
            """),
        PlannedCommand.Change("configure", "Copy the admin kubeconfig to /root/.kube/config, and write kubectl's bash completion; files that were there come back when the host is cleaned", $$"""
            {{HostRecord.KeepFunction}}
            keep /root/.kube/config /etc/bash_completion.d/kubectl
            umask 077
            mkdir -p /root/.kube
            cp /etc/kubernetes/admin.conf /root/.kube/config.new
            mv -f /root/.kube/config.new /root/.kube/config
            umask 022
            mkdir -p /etc/bash_completion.d
            kubectl completion bash > /etc/bash_completion.d/kubectl
            """),
    ];

    /// <inheritdoc/>
    public Task RunAsync(StepContext context, CancellationToken cancellationToken) =>
        LookChangeVerify.RunAsync(context, "configured", "right", "configure", cancellationToken);
}
