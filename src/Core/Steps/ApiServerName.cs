using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Deployments;
using ClusterPanel.Core.Hosts;

namespace ClusterPanel.Core.Steps;

/// <summary>
/// The hosts file's line for the API server's name: on a worker the VIP, on a master its own address. A joining master points
/// it at another master for a while; that is <see cref="JoinControlPlane"/>'s business, which ends with the line made here.
/// </summary>
public sealed class ApiServerName : IStep
{
    /// <inheritdoc/>
    public string Key => "api-server-name";

    /// <inheritdoc/>
    public string Title => "Name of the API server";

    /// <summary>The lines a member's hosts file ends up with.</summary>
    public static IReadOnlyList<string> FinalLines(ClusterSpec spec, ClusterMember member) =>
        Lines(spec, member, member.Role == NodeRole.Worker ? spec.VirtualIp : member.Address);

    /// <summary>The lines with the API server's name at some address. The node's own name is there as well: kubeadm and kubelet look it up.</summary>
    internal static IReadOnlyList<string> Lines(ClusterSpec spec, ClusterMember member, string apiAddress) =>
        [$"{member.Address} {member.NodeName}", $"{apiAddress} {spec.ApiServerName}"];

    /// <inheritdoc/>
    public IReadOnlyList<PlannedCommand> Commands(PlanInput input, ClusterMember target) =>
    [
        PlannedCommand.Look("hosts", "Look at the panel's lines in /etc/hosts", $$"""
            lines=$({{HostsFile.Read}} | tr '\n' ';')
            if [ "$lines" != "{{string.Join(';', FinalLines(input.Spec, target))}};" ]; then echo "the lines are: $lines"
            elif ! systemctl is-active -q {{HostsFile.PathUnit}} || ! systemctl is-enabled -q {{HostsFile.PathUnit}} {{HostsFile.Unit}}; then echo "nothing keeps the lines there"
            else echo right; fi
            """),
        PlannedCommand.Change("write-hosts", $"Let {input.Spec.ApiServerName} be {(target.Role == NodeRole.Worker ? $"the VIP {input.Spec.VirtualIp}" : $"this master's own address {target.Address}")}", $$"""
            {{HostRecord.KeepFunction}}
            keep /etc/systemd/system/{{HostsFile.Unit}} /etc/systemd/system/{{HostsFile.PathUnit}}
            {{HostsFile.Write(FinalLines(input.Spec, target))}}
            # Lines that somebody else writes over come back by themselves, also while the panel is off.
            mkdir -p /usr/local/lib/clusterpanel
            cat > {{HostsFile.KeeperPath}}.new <<'SCRIPT'
            {{HostsFile.Keeper.TrimEnd('\n')}}
            SCRIPT
            chmod 755 {{HostsFile.KeeperPath}}.new
            mv -f {{HostsFile.KeeperPath}}.new {{HostsFile.KeeperPath}}
            cat > /etc/systemd/system/{{HostsFile.Unit}} <<'UNIT'
            {{HostsFile.UnitText.TrimEnd('\n')}}
            UNIT
            cat > /etc/systemd/system/{{HostsFile.PathUnit}} <<'UNIT'
            {{HostsFile.PathUnitText.TrimEnd('\n')}}
            UNIT
            systemctl daemon-reload
            systemctl enable -q {{HostsFile.Unit}} {{HostsFile.PathUnit}}
            systemctl restart {{HostsFile.PathUnit}}
            # cloud-init writes the hosts file anew at every boot when it is told to manage it.
            if cat /etc/cloud/cloud.cfg /etc/cloud/cloud.cfg.d/*.cfg 2>/dev/null | grep -Eqi '^ *manage_etc_hosts: *["'\'']?(true|localhost|template)'; then
              keep /etc/cloud/cloud.cfg.d/99-clusterpanel.cfg
              echo 'manage_etc_hosts: false' > /etc/cloud/cloud.cfg.d/99-clusterpanel.cfg
            fi
            """),
    ];

    /// <inheritdoc/>
    public Task RunAsync(StepContext context, CancellationToken cancellationToken) =>
        LookChangeVerify.RunAsync(context, "hosts", "right", "write-hosts", cancellationToken);
}
