using ClusterPanel.EndToEnd.Faults;

namespace ClusterPanel.EndToEnd.Tests.Fixtures;

/// <summary>One line of the crash matrix: which fault, and where.</summary>
internal sealed record CrashPoint(FaultPoint Place, CrashFault Fault)
{
    /// <summary>Every stage of a cluster's creation with the host it is disturbed on, and the command it is disturbed in.</summary>
    private static readonly (string Stage, string Host, string Command, double After)[] Stages =
    [
        ("claim-host", "h4", Change, 1),
        ("kernel-settings", "h4", Change, 1),
        ("swap-off", "h4", Look, 1),
        ("api-server-name", "h4", Change, 1),
        ("send-package", "h4", Look, 1),
        ("container-runtime", "h4", Change, 1),
        ("kubernetes-binaries", "h4", Change, 1),
        ("import-images", "h4", Change, 1),
        ("kubeadm-init", "h1", "kubeadm init --config", 3),
        ("pod-network", "h1", Change, 1),
        ("join-control-plane", "h2", "kubeadm join --config", 2),
        ("join-control-plane", "h3", "kubeadm join --config", 4),
        ("load-balancer", "h4", Change, 1),
        ("join-worker", "h4", "kubeadm join --config", 1),
        ("kubectl", "h2", Change, 1),
        ("kubelet-certificate", "h4", Change, 1),
        ("verify-node", "h4", Look, 1),
        ("verify-cluster", "h1", Look, 1),
    ];

    // The fence's file stands in every changing command.
    private const string Change = "/var/lib/clusterpanel/lease.new";
    private const string Look = "";

    /// <summary>The fault at that moment of every stage.</summary>
    public static IReadOnlyList<CrashPoint> Everywhere(CrashFault fault, FaultMoment when) => [.. Stages.Select(s => At(s.Stage, s.Host, fault, when))];

    /// <summary>One point; in the stages of changes it is a command that changes something.</summary>
    public static CrashPoint At(string stage, string host, CrashFault fault, FaultMoment when)
    {
        var (_, _, command, after) = Stages.Where(s => s.Stage == stage).OrderByDescending(s => s.Host == host).FirstOrDefault((stage, host, Change, 1));
        var action = fault == CrashFault.KillPanel ? FaultAction.Kill : FaultAction.Wait;
        return new(new FaultPoint(stage, host, when, action) { Command = command, After = TimeSpan.FromSeconds(after) }, fault);
    }
}
