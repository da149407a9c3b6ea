using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Deployments;
using ClusterPanel.Core.Hosts;
using ClusterPanel.Core.Pki;

namespace ClusterPanel.Core.Steps;

/// <summary>
/// The certificate kubelet serves its own API with, signed by the cluster's CA for as long as every other: kubelet itself would sign
/// one for a year, and never renew it. Judged by the connection.
/// </summary>
public sealed class KubeletCertificate : IStep
{
    private const string Right = "right";

    /// <inheritdoc/>
    public string Key => "kubelet-certificate";

    /// <inheritdoc/>
    public string Title => "kubelet's serving certificate";

    /// <inheritdoc/>
    public IReadOnlyList<PlannedCommand> Commands(PlanInput input, ClusterMember target) =>
    [
        ApiReady.Command(input.Spec.ApiServerPort),
        PlannedCommand.Look("served", "Look whether kubelet serves a certificate of the cluster's CA for this node's address", $$"""
            code=$(curl -s -o /dev/null -w '%{http_code}' --noproxy '*' --cacert /etc/kubernetes/pki/ca.crt --connect-timeout 2 --max-time 5 https://{{target.Address}}:10250/healthz)
            case $? in
              0) echo {{Right}} ;;
              60) echo "its certificate is not the cluster's" ;;
              *) echo "kubelet does not answer at {{target.Address}}:10250 ($code)" ;;
            esac
            """),
        PlannedCommand.Look("authority", "Read the cluster's CA, to sign this kubelet's certificate", "tar -C /etc/kubernetes/pki -cf - ca.crt ca.key") with { OnControlPlane = true },
        PlannedCommand.Change("write", "Write kubelet's serving certificate and its key, readable by root only, and restart kubelet", """
            mkdir -p /var/lib/kubelet/pki
            umask 077
            tar -C /var/lib/kubelet/pki -xpf - --no-same-owner
            systemctl restart kubelet
            """) with { Input = "the certificate and its key, as an archive" },
    ];

    /// <inheritdoc/>
    public async Task RunAsync(StepContext context, CancellationToken cancellationToken)
    {
        if (await context.ReadAsync("served", cancellationToken) == Right)
        {
            await context.SayAsync("kubelet serves a certificate of the cluster's CA.", cancellationToken);
            return;
        }

        var master = context.Target.Role == NodeRole.ControlPlane ? context.Target : await context.HealthyControlPlaneAsync(cancellationToken);
        var authority = await context.FetchAsync("authority", cancellationToken, master);
        await context.ChangeAsync("write", cancellationToken, input: Sign(authority, context.Spec, context.Target, context.Time.GetUtcNow()));
        await context.UntilAsync(new Wait("kubelet to serve its new certificate", TimeSpan.FromMinutes(2), "kubelet is starting"), async token =>
            await context.ReadAsync("served", token) is var says && says == Right ? null : says, cancellationToken);
    }

    private static byte[] Sign(CommandResult authority, ClusterSpec spec, ClusterMember node, DateTimeOffset now)
    {
        using var ca = CertificateAuthority.Open(FileArchive.Read(authority.RawOutput).Pair("ca"));
        var files = new FileArchive();
        files.Add("kubelet", ca.Issue(MasterCertificates.Kubelet(node), now, spec.CertificateYears));
        return files.ToTar();
    }
}
