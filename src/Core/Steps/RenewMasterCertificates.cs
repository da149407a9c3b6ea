using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Deployments;
using ClusterPanel.Core.Kubeadm;
using ClusterPanel.Core.Pki;

namespace ClusterPanel.Core.Steps;

/// <summary>
/// Signs certificates of a master anew with the CAs that are on it, restarts what uses them, and looks at the wire whether the new
/// ones are served. What a certificate says stays as it is, as with <c>kubeadm certs renew</c>. Needs no API: it may be what is mended.
/// </summary>
/// <param name="names">Which; null only where the step is looked up by its key.</param>
/// <param name="newNames">True to give the API server the names that kubeadm's ConfigMap has, instead of those it has.</param>
public sealed class RenewMasterCertificates(IReadOnlyList<string>? names = null, bool newNames = false) : IStep
{
    private const string Renew = "renew-", Restart = "restart-";

    /// <inheritdoc/>
    public string Key => "renew-certificates";

    /// <inheritdoc/>
    public string Title => "Renew certificates of masters";

    /// <inheritdoc/>
    public IReadOnlyList<PlannedCommand> Commands(PlanInput input, ClusterMember target)
    {
        var chosen = RenewableCertificate.All.Where(c => names?.Contains(c.Name) == true && (c.Name != "super-admin.conf" || input.Spec.Version.IsAtLeast(1, 29))).ToList();
        return
        [
            ApiReady.Command(input.Spec.ApiServerPort, onControlPlane: false),
            EtcdLook.Command,
            PlannedCommand.Look("files", "Read the CAs and the certificates there are, to sign new ones", """
                cd /etc/kubernetes || exit 1
                set -- pki
                for f in *.conf; do [ ! -e "$f" ] || set -- "$@" "$f"; done
                tar -cf - "$@"
                """),
            .. newNames ? [MasterFiles.Sans] : Array.Empty<PlannedCommand>(),
            .. chosen.Count > 0 ? [Backup] : Array.Empty<PlannedCommand>(),
            .. chosen.Select(Write),
            .. RenewableCertificate.Restarted(names ?? []).Select(RestartOf),
        ];
    }

    private static PlannedCommand Backup { get; } = PlannedCommand.Change("backup", $"Keep the files as they are in {HostDirectories.Root}/certificates, for root only; the three latest copies stay", $$"""
        umask 077
        mkdir -p {{HostDirectories.Root}}/certificates
        kept={{HostDirectories.Root}}/certificates/$(date -u +%Y%m%d-%H%M%S)
        mkdir -p "$kept"
        cp -Rp /etc/kubernetes/pki "$kept"/
        for f in /etc/kubernetes/*.conf; do cp -p "$f" "$kept"/; done
        find {{HostDirectories.Root}}/certificates -mindepth 1 -maxdepth 1 | sort -r | tail -n +4 | while read -r old; do rm -rf "$old"; done
        echo "kept in $kept"
        """);

    /// <inheritdoc/>
    public async Task RunAsync(StepContext context, CancellationToken cancellationToken)
    {
        await OthersHealthyAsync(context, cancellationToken);
        var signed = await WriteAsync(context, cancellationToken);
        foreach (var component in RenewableCertificate.Components.Where(c => context.IsPlanned(Restart + c)))
        {
            await context.ChangeAsync(Restart + component, cancellationToken);
            await IsBackAsync(context, component, cancellationToken);
        }

        await AreServedAsync(context, signed, cancellationToken);
    }

    private static PlannedCommand Write(RenewableCertificate certificate)
    {
        string[] files = certificate.IsKubeconfig ? [certificate.File] : [certificate.File + ".key", certificate.File + ".crt"];
        return PlannedCommand.Change(Renew + certificate.Name, $"Write {(certificate.IsKubeconfig ? "" : "the certificate ")}{certificate.Name} anew", $$"""
            umask 077
            new=/etc/kubernetes/renewed
            rm -rf "$new"
            mkdir "$new"
            tar -C "$new" -xpf - --no-same-owner
            {{string.Join('\n', files.Select(f => $"mv -f \"$new/{f[(f.LastIndexOf('/') + 1)..]}\" /etc/kubernetes/{f}"))}}
            rmdir "$new"
            """) with { Input = certificate.IsKubeconfig ? "the kubeconfig, as an archive" : "the certificate and its key, as an archive" };
    }

    // Until a new leader was chosen, nothing could be written. Where etcd does not answer there is nothing to hand over.
    private const string HandOver = $$"""
        {{KubeadmText.EtcdFunction}}
        {{KubeadmText.LeadsFunction}}
        own=$(etcd endpoint status 2>/dev/null | leads | cut -d ' ' -f 1) || own=
        if [ "$own" ]; then
          other=$(etcd member list | awk -F ', ' -v own="$own" '$1 != own && $2 == "started" { print $1; exit }')
          [ -z "$other" ] || etcd move-leader "$other" || echo "the leader could not hand over; a new one is chosen when it is gone" >&2
        fi
        """;

    // kubelet starts a static pod's container again; a manifest that is moved away and back would take three times as long.
    private static PlannedCommand RestartOf(string component) => PlannedCommand.Change(Restart + component, $"Restart {component}", $$"""
        {{(component == "etcd" ? HandOver + "\n" : "")}}running() { crictl ps --name '^{{component}}$' -q 2>/dev/null | head -n 1; }
        old=$(running)
        [ -z "$old" ] || crictl stop "$old" >/dev/null
        i=0
        until now=$(running) && [ -n "$now" ] && [ "$now" != "$old" ]; do
          i=$((i + 1))
          [ "$i" -lt 300 ] || { echo "kubelet has not started {{component}} again within 150 s" >&2; exit 1; }
          sleep 0.5
        done
        """) with { Timeout = TimeSpan.FromMinutes(4) };

    // While this master's etcd is away the others must have the majority, unless nothing works here anyway.
    private static async Task OthersHealthyAsync(StepContext context, CancellationToken cancellationToken)
    {
        if (context.IsPlanned(Restart + "etcd"))
        {
            await context.UntilAsync(new Wait("every other etcd member to be healthy, before this one is restarted", TimeSpan.FromMinutes(5), "a master is down or overloaded"), async token =>
                await EtcdLook.TryReadAsync(context, context.Target, token) is { } members && EtcdLook.Of(members, context.Target) is { Healthy: true } own && members.Any(m => m != own && !m.Healthy)
                    ? EtcdLook.Describe(members)
                    : null, cancellationToken);
        }
    }

    private static async Task<FileArchive> WriteAsync(StepContext context, CancellationToken cancellationToken)
    {
        var signed = new FileArchive();
        var chosen = RenewableCertificate.All.Where(c => context.IsPlanned(Renew + c.Name)).ToList();
        if (chosen.Count == 0)
        {
            return signed;
        }

        var there = FileArchive.Read((await context.FetchAsync("files", cancellationToken)).RawOutput);
        var sans = context.IsPlanned(MasterFiles.SansKey)
            ? (await context.FetchAsync(MasterFiles.SansKey, cancellationToken, context.Target)).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            : null;
        await context.ChangeAsync("backup", cancellationToken);
        foreach (var certificate in chosen)
        {
            if (MasterFiles.Renew(certificate, context.Spec, context.Target, there, sans, context.Time.GetUtcNow()) is not { } files)
            {
                await context.SayAsync($"{certificate.Name} is not on this master.", cancellationToken);
                continue;
            }

            await context.ChangeAsync(Renew + certificate.Name, cancellationToken, input: files.ToTar());
            foreach (var name in files.Names)
            {
                signed[$"{certificate.Name}/{name}"] = files[name];
            }

            if (certificate.Name == "admin.conf")
            {
                await context.SaveKubeconfigAsync(files[certificate.File], cancellationToken);
            }
        }

        return signed;
    }

    private static Task IsBackAsync(StepContext context, string component, CancellationToken cancellationToken) => component switch
    {
        "etcd" => EtcdLook.HealthyAsync(context, cancellationToken),
        "kube-apiserver" => context.UntilAsync(ApiReady.ForOwn, ApiReady.Key, cancellationToken),
        "kube-controller-manager" => ServesAsync(context, component, "127.0.0.1", 10257, null, cancellationToken),
        _ => ServesAsync(context, component, "127.0.0.1", 10259, null, cancellationToken),
    };

    private static async Task AreServedAsync(StepContext context, FileArchive signed, CancellationToken cancellationToken)
    {
        (string Name, string File, int Port)[] served = [("apiserver", "apiserver.crt", context.Spec.ApiServerPort), ("etcd-server", "server.crt", 2379), ("etcd-peer", "peer.crt", 2380)];
        foreach (var (name, file, port) in served.Where(s => context.IsPlanned(Renew + s.Name)))
        {
            await ServesAsync(context, name, context.Target.Address, port, signed[$"{name}/{file}"], cancellationToken);
        }
    }

    // Read over the wire: what a file says is not what a process has read.
    private static Task ServesAsync(StepContext context, string what, string address, int port, string? wanted, CancellationToken cancellationToken) => context.UntilAsync(
        new Wait($"port {port} to serve {(wanted is null ? $"{what} again" : $"the new certificate {what}")}", TimeSpan.FromMinutes(2), "the component is starting"), async token =>
        {
            await using var forward = await context.ForwardAsync(context.Target, address, port, token);
            using var seen = await ServedCertificate.ReadAsync(forward, context.Spec.ApiServerName, token);
            return seen is null ? $"nothing answers on port {port}"
                : wanted is not null && seen.ExportCertificatePem() != wanted.TrimEnd('\n') ? $"port {port} serves the certificate that ends on {seen.NotAfter:yyyy-MM-dd}, which is not the new one"
                : null;
        }, cancellationToken);
}
