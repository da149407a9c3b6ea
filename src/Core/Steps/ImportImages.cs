using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Deployments;
using ClusterPanel.Core.Hosts;
using ClusterPanel.Core.Kubeadm;

namespace ClusterPanel.Core.Steps;

/// <summary>The package's images into containerd's store for Kubernetes.</summary>
public sealed class ImportImages : IStep
{
    /// <inheritdoc/>
    public string Key => "import-images";

    /// <inheritdoc/>
    public string Title => "Container images";

    /// <inheritdoc/>
    public IReadOnlyList<PlannedCommand> Commands(PlanInput input, ClusterMember target)
    {
        var kube = HostDirectories.Unpacked(input.Package);
        return
        [
            PlannedCommand.Look("images", "Look which of the package's images containerd has", $$"""
                {{KubeadmText.Programs}}
                have=$(ctr -n k8s.io images ls -q)
                for i in {{string.Join(' ', input.Package.Manifest.Images.Select(ShellText.Quote))}}; do
                  echo "$have" | grep -qxF "$i" || { echo "$i is missing"; exit 0; }
                done
                echo complete
                """),
            PlannedCommand.Detached("import", $"Import {input.Package.Manifest.Images.Count} images", $$"""
                # Of a container runtime that was there before, only the images that come now are removed when the host is cleaned.
                if [ ! -e {{HostRecord.Directory}}/images ]; then
                  mkdir -p {{HostRecord.Directory}}
                  ctr -n k8s.io images ls -q | sort > {{HostRecord.Directory}}/images.new
                  mv -f {{HostRecord.Directory}}/images.new {{HostRecord.Directory}}/images
                fi
                ctr -n k8s.io images import {{kube}}/images/images.tar
                """, 30),
        ];
    }

    /// <inheritdoc/>
    public Task RunAsync(StepContext context, CancellationToken cancellationToken) =>
        LookChangeVerify.RunAsync(context, "images", "complete", "import", cancellationToken);
}
