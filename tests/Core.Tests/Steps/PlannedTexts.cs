using System.Globalization;
using System.Text;
using ClusterPanel.Core.Deployments;

namespace ClusterPanel.Core.Tests.Steps;

/// <summary>The commands of the sample plan, host by host.</summary>
internal static class PlannedTexts
{
    // Old Kubernetes: everything. New Kubernetes: what differs.
    private static readonly string[] DiffersInNew = ["kubeadm-init", "join-control-plane", "join-worker", "clean-host", "delete-node"];

    /// <summary>One entry per golden file: its name, the stage and the host. A master, a worker with nftables and, where it differs, one with IPVS.</summary>
    public static IEnumerable<(string Name, Stage Stage, StageHost Host)> Files()
    {
        foreach (var stage in Samples.Stages())
        {
            foreach (var host in stage.Hosts.Where(h => h.Member.HostName is "h1" or "h4" || stage.Key is "snapshot-etcd" or "remove-etcd-member" or "delete-node" || stage.Key == "join-control-plane" || (h.Member.HostName == "h5" && stage.Key is "kernel-settings" or "load-balancer")))
            {
                yield return ($"step.{stage.Step}.{host.Member.HostName}", stage, host);
            }
        }

        foreach (var stage in Samples.Stages(Samples.NewVersion).Where(s => DiffersInNew.Contains(s.Key)))
        {
            yield return ($"step.{stage.Step}.{stage.Hosts[0].Member.HostName}.v1.31", stage, stage.Hosts[0]);
        }
    }

    /// <summary>A stage's work on one host as the golden file has it.</summary>
    public static string Show(Stage stage, StageHost host)
    {
        var text = new StringBuilder();
        foreach (var command in host.Commands)
        {
            var where = command.OnControlPlane ? " on a master" : "";
            var input = command.Input is null ? "" : $", gets {command.Input}";
            text.Append(CultureInfo.InvariantCulture, $"#### {stage.Step}/{command.Key}: {command.Kind}{where}, at most {command.Timeout.TotalSeconds:0} s{input}\n#### {command.Sentence}\n{command.Script}\n\n");
        }

        return text.ToString();
    }
}
