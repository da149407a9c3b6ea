using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Hosts;

namespace ClusterPanel.Core.Deployments;

/// <summary>Collects what helps to understand a failure, beside the failed step: journals and the states of containers.</summary>
internal static class EvidenceScript
{
    private const string Mark = "clusterpanel-evidence ";

    /// <summary>The text: one part per source, each bounded. Every part may fail without the others.</summary>
    public const string Text = """
        export LC_ALL=C PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
        part() { echo "clusterpanel-evidence $1"; }
        for u in kubelet containerd clusterpanel-apilb; do
          if systemctl cat "$u.service" >/dev/null 2>&1; then
            part "journal of $u"
            journalctl -u "$u" -n 60 --no-pager -o short-iso 2>&1 | cut -c 1-600
          fi
        done
        if command -v crictl >/dev/null 2>&1; then
          part "containers"
          timeout 10 crictl ps -a 2>&1 | cut -c 1-300 | head -n 40
          for c in etcd kube-apiserver; do
            id=$(timeout 10 crictl ps -a --name "$c" -q 2>/dev/null | head -n 1)
            if [ -n "$id" ]; then
              part "log of $c"
              timeout 10 crictl logs --tail 40 "$id" 2>&1 | cut -c 1-600
            fi
          done
        fi
        if command -v kubectl >/dev/null 2>&1; then
          # A worker may only ask for its own node's.
          if [ -s /etc/kubernetes/admin.conf ]; then set -- --kubeconfig /etc/kubernetes/admin.conf
          elif [ -s /etc/kubernetes/kubelet.conf ]; then set -- --kubeconfig /etc/kubernetes/kubelet.conf --field-selector "spec.nodeName=$(uname -n | tr '[:upper:]' '[:lower:]')"
          else set --; fi
          if [ $# -gt 0 ]; then
            part "pods"
            timeout 15 kubectl get pods -A -o wide --request-timeout=10s "$@" 2>&1 | cut -c 1-250 | head -n 60
          fi
        fi
        part "memory and disks"
        grep -E '^(MemTotal|MemAvailable):' /proc/meminfo
        df -Ph / /var/lib 2>&1
        """;

    /// <summary>Runs it; what cannot be had is left out, because evidence must not fail a failure.</summary>
    public static async Task<IReadOnlyList<Evidence>> CollectAsync(DeploymentRun run, ClusterMember member, CancellationToken cancellationToken)
    {
        try
        {
            var session = await run.Sessions.GetAsync(member.HostId, member.HostName, cancellationToken);
            var result = await session.RunAsync(new HostCommand("Collect evidence", Text, TimeSpan.FromSeconds(60)), cancellationToken);
            return [.. Split(run.Log.Redactor.Clean(result.Output))];
        }
        catch (HostException e)
        {
            return [new Evidence("could not be collected", e.Message)];
        }
    }

    private static IEnumerable<Evidence> Split(string output) =>
        output.Split(Mark, StringSplitOptions.RemoveEmptyEntries)
            .Select(p => p.Split('\n', 2))
            .Where(p => p.Length == 2 && p[1].Trim().Length > 0)
            .Select(p => new Evidence(p[0].Trim(), p[1].TrimEnd()));
}
