using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Deployments;
using ClusterPanel.Core.Hosts;
using ClusterPanel.Core.Kubeadm;

namespace ClusterPanel.Core.Steps;

/// <summary>What joining a master and joining a worker have in common.</summary>
internal static class JoinCommands
{
    /// <summary>The join configuration, which holds the token: in the command's own directory, and forgotten with it.</summary>
    public const string ConfigFile = "join.yaml";

    /// <summary>The look that reads the cluster's CA certificate from a healthy master.</summary>
    public static PlannedCommand CaCertificate => PlannedCommand.Look("ca", "Read the cluster's CA certificate", "cat /etc/kubernetes/pki/ca.crt") with { OnControlPlane = true };

    /// <summary>Commands on a healthy master: a token, the CA certificate.</summary>
    public static IEnumerable<PlannedCommand> OnControlPlane(ClusterSpec spec) =>
    [
        ApiReady.Command(spec.ApiServerPort),
        PlannedCommand.Change("token", "Make a join token that lives 15 minutes", $$"""
            token=$(kubeadm --kubeconfig /etc/kubernetes/admin.conf token create --ttl 15m)
            # A joining node trusts the cluster by a signature that the controller manager makes: after a reboot it must be elected first.
            i=0
            until {{KubeadmText.Kubectl}} -n kube-public get configmap cluster-info -o yaml 2>/dev/null | grep -q "jws-kubeconfig-${token%%.*}"; do
              i=$((i + 1))
              if [ "$i" -ge 60 ]; then break; fi
              sleep 0.5
            done
            echo "$token"
            """) with { OnControlPlane = true },
        CaCertificate,
    ];

    /// <summary>Text that reads token and CA hash from standard input and writes the configuration; it is removed when the script ends.</summary>
    public static string WriteConfiguration(ClusterSpec spec, ClusterMember target) => $$"""
        read -r token
        read -r ca_hash
        mkdir -p {{HostDirectories.Root}}/kubeadm
        trap 'rm -f {{ConfigFile}}; kill "$watcher" 2>/dev/null || :' EXIT
        watcher=
        (umask 077; cat > {{ConfigFile}}) <<KUBEADM
        {{JoinConfiguration.Text(spec, target)}}
        KUBEADM
        """;

    /// <summary>
    /// Runs a join, and once more when kubeadm failed: a master that was away meanwhile, or etcd between two leaders, is enough for
    /// it to give up half-way.
    /// </summary>
    /// <param name="context">The step's context.</param>
    /// <param name="join">Looks how far it is, undoes a half, and joins by the command <c>join</c>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task TwiceAsync(StepContext context, Func<CancellationToken, Task> join, CancellationToken cancellationToken)
    {
        try
        {
            await join(cancellationToken);
        }
        catch (CommandFailedException e) when (e.Kind == FailureKind.Permanent && context.IsOf("join", e))
        {
            await context.SayAsync($"{e.Message} It is looked at and tried once more: a master may have been away meanwhile.", cancellationToken);
            await context.ForgetDetachedAsync("join", cancellationToken);
            await join(cancellationToken);
        }
    }

    /// <summary>A fresh token and the CA's hash, as the script reads them.</summary>
    public static async Task<byte[]> MaterialAsync(StepContext context, ClusterMember master, CancellationToken cancellationToken)
    {
        var ca = await context.FetchAsync("ca", cancellationToken, master);
        var token = (await context.SecretChangeAsync("token", cancellationToken, master)).Trim();
        context.Hide(token);
        return System.Text.Encoding.UTF8.GetBytes($"{token}\n{JoinMaterial.CaHash(ca.Output)}\n");
    }
}
