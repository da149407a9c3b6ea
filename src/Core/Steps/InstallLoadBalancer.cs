using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Deployments;
using ClusterPanel.Core.LoadBalancing;

namespace ClusterPanel.Core.Steps;

/// <summary>The API server's VIP in a worker's kernel, before the worker joins through it.</summary>
public sealed class InstallLoadBalancer : IStep
{
    /// <inheritdoc/>
    public string Key => "load-balancer";

    /// <inheritdoc/>
    public string Title => "Load balancer on workers";

    /// <inheritdoc/>
    public IReadOnlyList<PlannedCommand> Commands(PlanInput input, ClusterMember target) =>
    [
        ApiReady.Command(input.Spec.ApiServerPort),
        JoinCommands.CaCertificate,
        PlannedCommand.Look("installed", "Look whether the unit runs with the right list", $$"""
            systemctl is-active -q {{ApiLoadBalancer.Unit}} || { echo "the unit does not run"; exit 0; }
            systemctl is-enabled -q {{ApiLoadBalancer.Unit}} || { echo "the unit is not enabled"; exit 0; }
            echo "{{ApiLoadBalancer.ScriptHash}}  {{ApiLoadBalancer.ScriptPath}}" | sha256sum -c --status || { echo "the script is of another version"; exit 0; }
            echo "{{ApiLoadBalancer.UnitHash}}  /etc/systemd/system/{{ApiLoadBalancer.Unit}}" | sha256sum -c --status || { echo "the unit is of another version"; exit 0; }
            [ -s {{ApiLoadBalancer.CaPath}} ] || { echo "the CA certificate is missing"; exit 0; }
            {{ApiLoadBalancer.CaIsTheClusters}} || { echo "the CA certificate is not the cluster's"; exit 0; }
            cat <<'CONF' | cmp -s - {{ApiLoadBalancer.ConfigurationPath}} || { echo "the configuration is another"; exit 0; }
            {{ApiLoadBalancer.Configuration(input.Spec, target).TrimEnd('\n')}}
            CONF
            echo right
            """),
        PlannedCommand.Change("install", $"Install and start {ApiLoadBalancer.Unit}: {input.Spec.VirtualIp} by {(target.LoadBalancer == LoadBalancerKind.Ipvs ? "IPVS" : "nftables")} over all masters", $$"""
            # On a host that was given back nobody would take the unit away again.
            [ -e {{HostRecord.Directory}}/done ] || {{NodeServices.HasJoined}} || { echo "{{NodeServices.NotJoined}}" >&2; exit 1; }
            {{HostRecord.KeepFunction}}
            keep /etc/systemd/system/{{ApiLoadBalancer.Unit}}
            mkdir -p /usr/local/lib/clusterpanel /etc/clusterpanel
            # The unit may run, and asks the masters with these files: it never sees half of one.
            put() { chmod "$2" "$1.new"; mv -f "$1.new" "$1"; }
            cat > {{ApiLoadBalancer.CaPath}}.new
            grep -q -e '^-----END CERTIFICATE-----' {{ApiLoadBalancer.CaPath}}.new || { echo "the CA certificate did not arrive whole" >&2; exit 1; }
            put {{ApiLoadBalancer.CaPath}} 644
            cat > {{ApiLoadBalancer.ConfigurationPath}}.new <<'CONF'
            {{ApiLoadBalancer.Configuration(input.Spec, target).TrimEnd('\n')}}
            CONF
            put {{ApiLoadBalancer.ConfigurationPath}} 644
            cat > {{ApiLoadBalancer.ScriptPath}}.new <<'SCRIPT'
            {{ApiLoadBalancer.Script.TrimEnd('\n')}}
            SCRIPT
            put {{ApiLoadBalancer.ScriptPath}} 755
            cat > /etc/systemd/system/{{ApiLoadBalancer.Unit}} <<'UNIT'
            {{ApiLoadBalancer.UnitText.TrimEnd('\n')}}
            UNIT
            systemctl daemon-reload
            systemctl enable -q {{ApiLoadBalancer.Unit}}
            systemctl restart {{ApiLoadBalancer.Unit}}
            """) with { Input = "the cluster's CA certificate" },
        VipReady(input.Spec),
    ];

    /// <summary>The wait for what that look finds.</summary>
    internal static Wait ForTheVip { get; } = new("the API server through the VIP", TimeSpan.FromMinutes(1), "no master is ready, or a firewall keeps this host from their port");

    /// <summary>The look that asks the API server through the VIP of the worker it runs on.</summary>
    internal static PlannedCommand VipReady(ClusterSpec spec) => PlannedCommand.Look("vip-ready", $"Ask the API server through the VIP {spec.VirtualIp}", $$"""
        code=$(curl -s -o /dev/null -w '%{http_code}' --noproxy '*' --cacert {{ApiLoadBalancer.CaPath}} --connect-timeout 2 --max-time 5 https://{{spec.VirtualIp}}:{{spec.ApiServerPort}}/readyz) || :
        [ "$code" = 200 ] || { echo "/readyz through the VIP answers $code"; exit 1; }
        """) with
    { Timeout = TimeSpan.FromSeconds(15) };

    /// <inheritdoc/>
    public async Task RunAsync(StepContext context, CancellationToken cancellationToken)
    {
        if (await context.ReadAsync("installed", cancellationToken) != "right")
        {
            var master = await context.HealthyControlPlaneAsync(cancellationToken);
            var ca = await context.FetchAsync("ca", cancellationToken, master);
            await context.ChangeAsync("install", cancellationToken, input: ca.RawOutput);
        }

        await context.UntilAsync(ForTheVip, "vip-ready", cancellationToken);
    }
}
