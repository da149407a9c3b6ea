using System.Globalization;
using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Deployments;
using ClusterPanel.Core.Hosts;
using ClusterPanel.Core.Kubeadm;

namespace ClusterPanel.Core.Steps;

/// <summary>
/// <c>kubeadm init</c> on the first master. kubeadm is not re-entrant after a partial run: a half-done init, told by what it
/// left, is undone and run again.
/// </summary>
public sealed class KubeadmInit : IStep
{
    private const string Mark = HostDirectories.Root + "/kubeadm/initialised";
    private const string ConfigFile = HostDirectories.Root + "/kubeadm/init.yaml";

    /// <inheritdoc/>
    public string Key => "kubeadm-init";

    /// <inheritdoc/>
    public string Title => "kubeadm init";

    /// <inheritdoc/>
    public IReadOnlyList<PlannedCommand> Commands(PlanInput input, ClusterMember target) =>
    [
        PlannedCommand.Look("state", "Look how far kubeadm init is on this master", $$"""
            {{KubeadmText.Programs}}
            # Whatever there is in pki: a certificate that kubeadm was just making when it was ended must not be taken for a good one.
            if [ ! -e /etc/kubernetes/admin.conf ] && [ ! -e /etc/kubernetes/kubelet.conf ] && [ -z "$(ls -A /etc/kubernetes/pki 2>/dev/null)" ] \
              && [ -z "$(ls -A /etc/kubernetes/manifests 2>/dev/null)" ] && [ ! -e /var/lib/etcd/member ]; then echo absent; exit 0; fi
            # Written when init has ended well; whether its API answers this moment is another question.
            if [ -e {{Mark}} ] && [ -e /etc/kubernetes/admin.conf ] && [ -e /etc/kubernetes/manifests/kube-apiserver.yaml ]; then echo "done"; exit 0; fi
            # Without the mark (the host was switched off just then): the last thing init does are its addons.
            if {{KubeadmText.Kubectl}} -n kube-system get configmap/kubeadm-config daemonset/kube-proxy deployment/coredns >/dev/null 2>&1 \
              && {{KubeadmText.Kubectl}} get node {{target.NodeName}} >/dev/null 2>&1; then echo "done"; exit 0; fi
            echo partial
            """) with { Timeout = TimeSpan.FromMinutes(2) },
        PlannedCommand.Detached("undo", "Undo a half-done kubeadm init (only when one is found)", $"rm -f {Mark}\n{KubeadmText.Reset(input.Spec.Version)}", 10),
        .. MasterFiles.AreMadeByThePanel(input.Spec.Version)
            ? [MasterFiles.Write($"Write CAs, certificates, keys and kubeconfigs, made by the panel to be valid for {Years(input.Spec)}, to an empty /etc/kubernetes/pki; kubeadm keeps them")]
            : Array.Empty<PlannedCommand>(),
        PlannedCommand.Detached("init", "kubeadm init", $$"""
            mkdir -p {{HostDirectories.Root}}/kubeadm
            cat > {{ConfigFile}} <<'KUBEADM'
            {{InitConfiguration.Text(input.Spec, target, input.Package.Manifest)}}
            KUBEADM
            {{KubeadmText.EtcdWatch(target.NodeName)}}
            trap 'kill "$watcher" 2>/dev/null || :' EXIT
            kubeadm init --config {{ConfigFile}} --skip-token-print --skip-certificate-key-print
            : > {{Mark}}
            """, 15),
        ApiReady.Command(input.Spec.ApiServerPort, onControlPlane: false),
        PlannedCommand.Look("kubeconfig", "Read the admin kubeconfig, to be stored encrypted in the panel", "cat /etc/kubernetes/admin.conf"),
    ];

    /// <inheritdoc/>
    public async Task RunAsync(StepContext context, CancellationToken cancellationToken)
    {
        var state = await context.ReadAsync("state", cancellationToken);
        if (state == "partial")
        {
            await context.SayAsync("A half-done kubeadm init was found. It is undone and run again.", cancellationToken);
            await context.ForgetDetachedAsync("undo", cancellationToken);
            await context.DetachedAsync("undo", cancellationToken);
            await context.ForgetDetachedAsync("init", cancellationToken);
            state = await context.ReadAsync("state", cancellationToken);
        }

        if (state == "absent")
        {
            if (context.IsPlanned(MasterFiles.WriteKey))
            {
                await context.ChangeAsync(MasterFiles.WriteKey, cancellationToken, input: MasterFiles.ForFirst(context.Spec, context.Target, context.Time.GetUtcNow()));
            }

            await context.DetachedAsync("init", cancellationToken);
            state = await context.ReadAsync("state", cancellationToken);
        }

        if (state != "done")
        {
            throw new CommandFailedException(context.Target.HostName, "kubeadm init did not leave a whole control plane", 1, [$"its state is: {state}"]);
        }

        await context.UntilAsync(new Wait("the API server's /readyz", TimeSpan.FromMinutes(2), "its container is starting, or etcd's disk is slow"), ApiReady.Key, cancellationToken);
        var kubeconfig = await context.FetchAsync("kubeconfig", cancellationToken);
        await context.SaveKubeconfigAsync(kubeconfig.Output, cancellationToken);
        await context.SayAsync("The API server is ready; the admin kubeconfig is stored.", cancellationToken);
    }

    private static string Years(ClusterSpec spec) => spec.CertificateYears == 1 ? "a year" : string.Create(CultureInfo.InvariantCulture, $"{spec.CertificateYears} years");
}
