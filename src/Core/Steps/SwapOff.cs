using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Deployments;

namespace ClusterPanel.Core.Steps;

/// <summary>
/// Turns swap off, now and after every boot: kubelet refuses to start with it (failSwapOn, the default). Lines in fstab are
/// kept behind a mark, so that they can be given back; swap that systemd finds by itself is masked.
/// </summary>
public sealed class SwapOff : IStep
{
    /// <inheritdoc/>
    public string Key => "swap-off";

    /// <inheritdoc/>
    public string Title => "Swap off";

    /// <inheritdoc/>
    public IReadOnlyList<PlannedCommand> Commands(PlanInput input, ClusterMember target) =>
    [
        PlannedCommand.Look("swap", "Look whether swap is in use, or would be after a boot", """
            if [ "$(sed 1d /proc/swaps | wc -l)" -gt 0 ]; then echo "swap is in use: $(sed 1d /proc/swaps | cut -d ' ' -f 1 | tr '\n' ' ')"; exit 0; fi
            if awk '$1 !~ /^#/ && $3 == "swap" { found = 1 } END { exit !found }' /etc/fstab 2>/dev/null; then echo "/etc/fstab turns swap on at boot"; exit 0; fi
            echo off
            """),
        PlannedCommand.Change("swap-off", "Turn swap off, and comment its lines in /etc/fstab", """
            units=$(systemctl list-units --type=swap --state=active --plain --no-legend 2>/dev/null | awk '{ print $1 }')
            if [ -e /etc/fstab ]; then
              cp -p /etc/fstab /etc/fstab.clusterpanel
              awk '$1 !~ /^#/ && $3 == "swap" { print "#clusterpanel# " $0; next } { print }' /etc/fstab > /etc/fstab.clusterpanel
              mv -f /etc/fstab.clusterpanel /etc/fstab
            fi
            swapoff -a
            systemctl daemon-reload
            # Units that fstab does not explain (zram, discoverable partitions) would come back at boot.
            for u in $units; do
              if [ "$(systemctl show -p LoadState "$u" | cut -d = -f 2)" = loaded ]; then
                systemctl mask "$u"
                echo "$u" >> /var/lib/clusterpanel/before/masked-swap
              fi
            done
            """),
    ];

    /// <inheritdoc/>
    public Task RunAsync(StepContext context, CancellationToken cancellationToken) =>
        LookChangeVerify.RunAsync(context, "swap", "off", "swap-off", cancellationToken);
}
