using ClusterPanel.Core.Clusters;

namespace ClusterPanel.Core.Preflight;

/// <summary>The ports Kubernetes listens on are free.</summary>
internal sealed class PortsCheck : IPreflightCheck
{
    public string Title => "Ports";

    private static readonly int[] ControlPlanePorts = [2379, 2380, 6443, 10250, 10257, 10259];
    private static readonly int[] WorkerPorts = [10250];

    public CheckResult Judge(PreflightSubject subject)
    {
        var taken = subject.Facts.ListeningPorts.Intersect(subject.Role == NodeRole.ControlPlane ? ControlPlanePorts : WorkerPorts).ToList();
        return taken.Count == 0
            ? new(Verdict.Ok, "free")
            : new(Verdict.Failed, string.Join(", ", taken), $"Something listens on {string.Join(", ", taken)} already. Stop it (ss -ltnp shows what it is).");
    }
}
