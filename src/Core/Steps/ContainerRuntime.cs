using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Deployments;
using ClusterPanel.Core.Hosts;
using ClusterPanel.Core.Kubeadm;

namespace ClusterPanel.Core.Steps;

/// <summary>
/// containerd from the package, with the cluster's cgroup driver and the package's pause image. A containerd that was there
/// before is used as it is when it fits, and never reconfigured: it may be somebody's.
/// </summary>
public sealed class ContainerRuntime : IStep
{
    /// <inheritdoc/>
    public string Key => "container-runtime";

    /// <inheritdoc/>
    public string Title => "Container runtime";

    /// <inheritdoc/>
    public IReadOnlyList<PlannedCommand> Commands(PlanInput input, ClusterMember target)
    {
        var kube = HostDirectories.Unpacked(input.Package);
        var systemd = input.Spec.CgroupDriver == CgroupDriver.Systemd ? "true" : "false";
        var pause = PackageImages.Pause(input.Package.Manifest);
        return
        [
            PlannedCommand.Look("runtime", "Look whether containerd runs with the right settings, and whose it is", $$"""
                {{KubeadmText.Programs}}
                command -v containerd >/dev/null 2>&1 || { echo absent; exit 0; }
                whose=foreign
                [ ! -e {{HostRecord.RuntimeInstalled}} ] || whose=ours
                if ! systemctl is-active -q containerd || [ ! -S {{CriSocket.Path}} ]; then echo "$whose stopped"; exit 0; fi
                config=$(containerd config dump 2>/dev/null || cat /etc/containerd/config.toml)
                if echo "$config" | grep -Eq '^ *disabled_plugins *=.*cri'; then echo "$whose without CRI"; exit 0; fi
                echo "$config" | grep -q 'SystemdCgroup = {{systemd}}' || { echo "$whose with another cgroup driver"; exit 0; }
                echo right
                """),
            PlannedCommand.Change("install-runtime", $"Install containerd from the package, with SystemdCgroup = {systemd} and pause image {pause}, and start it", $$"""
                mkdir -p {{HostDirectories.Root}}/installed
                : > {{HostRecord.RuntimeInstalled}}
                {{HostRecord.KeepFunction}}
                tar -tzf {{kube}}/containerd/cri-containerd-cni-linux.tar.gz | sed 's#^[./]*#/#; /\/$/d' | while read -r f; do keep "$f"; done
                keep /etc/containerd/config.toml /etc/crictl.yaml
                tar -C / -xzf {{kube}}/containerd/cri-containerd-cni-linux.tar.gz --no-same-owner
                mkdir -p /etc/containerd
                containerd config default | sed \
                  -e 's#^\( *sandbox_image = \).*#\1"{{pause}}"#' \
                  -e "s#^\( *sandbox = \).*#\1'{{pause}}'#" \
                  -e 's/^\( *SystemdCgroup = \).*/\1{{systemd}}/' > /etc/containerd/config.toml.new
                mv -f /etc/containerd/config.toml.new /etc/containerd/config.toml
                printf 'runtime-endpoint: unix://{{CriSocket.Path}}\n' > /etc/crictl.yaml
                systemctl daemon-reload
                systemctl enable -q containerd
                systemctl restart containerd
                """) with { Timeout = TimeSpan.FromMinutes(3) },
        ];
    }

    /// <inheritdoc/>
    public async Task RunAsync(StepContext context, CancellationToken cancellationToken)
    {
        var state = await context.ReadAsync("runtime", cancellationToken);
        if (state.StartsWith("foreign", StringComparison.Ordinal))
        {
            throw new CommandFailedException(context.Target.HostName, "containerd was installed before and does not fit", 1,
                [$"its state is: {state[8..]}. Start it and set SystemdCgroup = {(context.Spec.CgroupDriver == CgroupDriver.Systemd ? "true" : "false")} with the CRI plugin enabled in /etc/containerd/config.toml, or remove it; then retry"], FailureKind.Configuration);
        }

        if (state == "right")
        {
            await context.SayAsync("containerd runs with the right settings.", cancellationToken);
            return;
        }

        await context.ChangeAsync("install-runtime", cancellationToken);
        await context.UntilAsync(new Wait("containerd", TimeSpan.FromSeconds(60), "it is starting, or refuses its configuration: see its journal"), async token =>
        {
            var now = await context.ReadAsync("runtime", token);
            return now == "right" ? null : now;
        }, cancellationToken);
    }
}
