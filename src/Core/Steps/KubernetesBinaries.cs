using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Deployments;

namespace ClusterPanel.Core.Steps;

/// <summary>The package's programs in <c>/usr/bin</c> and kubelet's unit. kubelet is enabled and not started: kubeadm starts it.</summary>
public sealed class KubernetesBinaries : IStep
{
    /// <inheritdoc/>
    public string Key => "kubernetes-binaries";

    /// <inheritdoc/>
    public string Title => "kubeadm, kubelet, kubectl";

    /// <inheritdoc/>
    public IReadOnlyList<PlannedCommand> Commands(PlanInput input, ClusterMember target)
    {
        var kube = HostDirectories.Unpacked(input.Package);
        return
        [
            PlannedCommand.Look("binaries", "Look whether the programs are the package's, and kubelet's unit is there", $$"""
                cd {{kube}}/bin || exit 1
                for f in *; do cmp -s "$f" "/usr/bin/$f" || { echo "/usr/bin/$f is not the package's"; exit 0; }; done
                cmp -s ../conf/kubelet.service /etc/systemd/system/kubelet.service || { echo "kubelet's unit is missing"; exit 0; }
                cmp -s ../conf/10-kubeadm.conf /etc/systemd/system/kubelet.service.d/10-kubeadm.conf || { echo "kubeadm's part of kubelet's unit is missing"; exit 0; }
                systemctl is-enabled -q kubelet || { echo "kubelet is not enabled"; exit 0; }
                echo right
                """),
            PlannedCommand.Change("install-binaries", "Copy the programs to /usr/bin and enable kubelet", $$"""
                {{HostRecord.KeepFunction}}
                keep /etc/systemd/system/kubelet.service /etc/systemd/system/kubelet.service.d/10-kubeadm.conf
                cd {{kube}}/bin
                for f in *; do
                  keep "/usr/bin/$f"
                  # By renaming: a program that runs cannot be written to.
                  cp "$f" "/usr/bin/.$f.clusterpanel"
                  chmod 755 "/usr/bin/.$f.clusterpanel"
                  mv -f "/usr/bin/.$f.clusterpanel" "/usr/bin/$f"
                done
                mkdir -p /etc/systemd/system/kubelet.service.d /etc/cni/net.d /etc/kubernetes/manifests
                cp ../conf/kubelet.service /etc/systemd/system/kubelet.service
                cp ../conf/10-kubeadm.conf /etc/systemd/system/kubelet.service.d/10-kubeadm.conf
                systemctl daemon-reload
                systemctl enable -q kubelet
                """) with { Timeout = TimeSpan.FromMinutes(3) },
        ];
    }

    /// <inheritdoc/>
    public Task RunAsync(StepContext context, CancellationToken cancellationToken) =>
        LookChangeVerify.RunAsync(context, "binaries", "right", "install-binaries", cancellationToken);
}
