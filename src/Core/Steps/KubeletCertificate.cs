using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Deployments;
using ClusterPanel.Core.Hosts;
using ClusterPanel.Core.Pki;

namespace ClusterPanel.Core.Steps;

/// <summary>
/// The certificate kubelet serves its own API with, signed by the cluster's CA for as long as every other: kubelet itself would sign
/// one for a year, and never renew it. Judged by the connection. Its client certificate, which it renews itself through the controller
/// manager, is signed anew only where it was given less time than the cluster's certificates get, or on request.
/// </summary>
/// <param name="anew">True to sign both anew even when they are right.</param>
public sealed class KubeletCertificate(bool anew = false) : IStep
{
    private const string Right = "right", Anew = "anew", Serving = "kubelet", Client = "kubelet-client";
    private const string ClientFile = "/var/lib/kubelet/pki/kubelet-client-current.pem", ServingFile = "/var/lib/kubelet/pki/kubelet.crt";

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
        PlannedCommand.Look("current", "Read how long kubelet's certificates are valid", CertificateScript.Text),
        .. anew ? [PlannedCommand.Look(Anew, "Sign kubelet's certificates anew in any case", ":")] : Array.Empty<PlannedCommand>(),
        PlannedCommand.Change("write", "Write kubelet's certificates and their keys, readable by root only, and restart kubelet", $$"""
            mkdir -p /var/lib/kubelet/pki
            umask 077
            cd /var/lib/kubelet/pki
            tar -xpf - --no-same-owner
            # As kubelet keeps it: one file, and a link to the latest.
            if [ -e {{Client}}.crt ]; then
              file={{Client}}-$(date -u +%Y-%m-%d-%H-%M-%S).pem
              cat {{Client}}.crt {{Client}}.key > "$file"
              rm -f {{Client}}.crt {{Client}}.key
              ln -sfn "$file" {{ClientFile}}
            fi
            systemctl restart kubelet
            """) with { Input = "the certificates and their keys, as an archive" },
    ];

    /// <inheritdoc/>
    public async Task RunAsync(StepContext context, CancellationToken cancellationToken)
    {
        var served = await context.ReadAsync("served", cancellationToken) == Right;
        var current = CertificateScript.Parse(context.Target, (await context.FetchAsync("current", cancellationToken)).Output);
        var ca = current.Where(c => c.File == "/etc/kubernetes/pki/ca.crt").Select(c => (DateTimeOffset?)c.Ends).Max();
        bool IsShort(string file) => current.Any(c => c.File == file && c.IsShort(context.Spec.CertificateYears, ca));
        var anew = context.IsPlanned(Anew);
        if (served && !anew && !IsShort(ServingFile) && !IsShort(ClientFile))
        {
            await context.SayAsync("kubelet serves a certificate of the cluster's CA.", cancellationToken);
            return;
        }

        var withClient = anew || IsShort(ClientFile);
        var master = context.Target.Role == NodeRole.ControlPlane ? context.Target : await context.HealthyControlPlaneAsync(cancellationToken);
        var authority = await context.FetchAsync("authority", cancellationToken, master);
        await context.ChangeAsync("write", cancellationToken, input: Sign(authority, context.Spec, context.Target, withClient, context.Time.GetUtcNow()));
        await context.UntilAsync(new Wait("kubelet to serve its new certificate", TimeSpan.FromMinutes(2), "kubelet is starting"), async token =>
            await context.ReadAsync("served", token) is var says && says == Right ? null : says, cancellationToken);
    }

    private static byte[] Sign(CommandResult authority, ClusterSpec spec, ClusterMember node, bool withClient, DateTimeOffset now)
    {
        using var ca = CertificateAuthority.Open(FileArchive.Read(authority.RawOutput).Pair("ca"));
        var files = new FileArchive();
        files.Add(Serving, ca.Issue(MasterCertificates.Kubelet(node), now, spec.CertificateYears));
        if (withClient)
        {
            files.Add(Client, ca.Issue(MasterCertificates.Kubelet(node) with { Usage = CertificateUsage.Client, Names = [] }, now, spec.CertificateYears));
        }

        return files.ToTar();
    }
}
