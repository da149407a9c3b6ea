using System.Globalization;
using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Deployments;

namespace ClusterPanel.Core.Steps;

/// <summary>Brings the offline package to the host and unpacks it. The archive is dropped when it is unpacked, to save the room.</summary>
public sealed class SendPackage : IStep
{
    /// <inheritdoc/>
    public string Key => "send-package";

    /// <inheritdoc/>
    public string Title => "Send and unpack the package";

    /// <inheritdoc/>
    public IReadOnlyList<PlannedCommand> Commands(PlanInput input, ClusterMember target)
    {
        var kube = HostDirectories.Unpacked(input.Package);
        var folder = kube[..^"/kube".Length];
        var archive = HostDirectories.Archive(input.Package);
        return
        [
            PlannedCommand.Look("unpacked", "Look whether the package is there", $$"""
                if [ "$(cat {{folder}}/unpacked 2>/dev/null)" = {{input.Package.Sha256}} ]; then echo unpacked; else echo missing; fi
                """),
            new PlannedCommand("send", CommandKind.Upload, string.Create(CultureInfo.InvariantCulture, $"Send {input.Package.FileName} ({input.Package.Size / 1048576} MiB) to {archive}, checked by SHA-256"), ""),
            PlannedCommand.Detached("unpack", "Unpack the package", $$"""
                rm -rf {{folder}}.new
                mkdir -p {{folder}}.new
                tar -xzf {{archive}} -C {{folder}}.new --no-same-owner
                for f in bin/kubeadm bin/kubelet bin/kubectl images/images.tar; do
                  [ -e {{folder}}.new/kube/$f ] || { echo "the package lacks kube/$f" >&2; exit 1; }
                done
                echo {{input.Package.Sha256}} > {{folder}}.new/unpacked
                rm -rf {{folder}}
                mv {{folder}}.new {{folder}}
                rm -f {{archive}}
                """, 20),
        ];
    }

    /// <inheritdoc/>
    public async Task RunAsync(StepContext context, CancellationToken cancellationToken)
    {
        if (await context.ReadAsync("unpacked", cancellationToken) == "unpacked")
        {
            await context.SayAsync("The package is there and unpacked.", cancellationToken);
            return;
        }

        var package = context.Input.Package;
        await context.UploadAsync("send", package.Path, HostDirectories.Archive(package), package.Sha256, cancellationToken);
        await LookChangeVerify.RunAsync(context, "unpacked", "unpacked", "unpack", cancellationToken);
    }
}
