using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Deployments;
using ClusterPanel.Core.Hosts;
using ClusterPanel.Core.LoadBalancing;
using ClusterPanel.Core.Tests.Steps;

namespace ClusterPanel.Core.Tests.Shell;

/// <summary>Every shell text of the product, as it goes to a host: changes with the fence around them, long ones with their unit.</summary>
internal static class ShellTexts
{
    public static readonly DetachedUnit Unit = DetachedUnit.For(Samples.DeploymentId, "kubeadm-init", "h1.example", 1, "init");

    public static Dictionary<string, string> All { get; } = Collect();

    private static Dictionary<string, string> Collect()
    {
        var texts = new Dictionary<string, string>
        {
            ["fence"] = Samples.Fence.Guard("echo the script"),
            ["fence-take-over"] = Samples.Fence.TakeOver("echo the script"),
            ["detached-start"] = Samples.Fence.Guard(Unit.Start(Samples.Fence.Guard("echo the script"))),
            ["detached-follow"] = Unit.Follow(120, 0),
            ["detached-ends"] = Unit.Ends(),
            ["detached-stop"] = Samples.Fence.Check(Unit.Stop()),
            ["detached-forget"] = Samples.Fence.Guard(Unit.Forget()),
            ["detached-list"] = DetachedUnit.ListStarted(DetachedUnit.Prefix(Samples.DeploymentId, "kubeadm-init", "h1", 1)),
            ["facts"] = HostFactsScript.Command.Script,
            ["health-etcd"] = ClusterHealthScript.Etcd,
            ["health-master"] = ClusterHealthScript.Node(Samples.Member(1, NodeRole.ControlPlane)),
            ["health-worker"] = ClusterHealthScript.Node(Samples.Member(4, NodeRole.Worker)),
            ["etcd-recovery"] = EtcdRecovery.Commands(Samples.Member(1, NodeRole.ControlPlane)),
            ["evidence"] = EvidenceScript.Text,
            ["hosts-keeper"] = HostsFile.Keeper,
            ["load-balancer"] = ApiLoadBalancer.Script,
        };
        foreach (var (name, _, host) in PlannedTexts.Files())
        {
            foreach (var command in host.Commands.Where(c => c.Kind != CommandKind.Upload))
            {
                texts[$"{name}/{command.Key}"] = command.Kind == CommandKind.Look ? command.Script : Samples.Fence.Guard(command.Script);
                if (command.Kind == CommandKind.Detached)
                {
                    texts[$"{name}/{command.Key} (start)"] = Samples.Fence.Guard(Unit.Start(Samples.Fence.Guard(command.Script)));
                }
            }
        }

        return texts;
    }
}
