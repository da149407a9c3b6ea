using System.Globalization;
using ClusterPanel.Core.Clusters;

namespace ClusterPanel.Core.Preflight;

/// <summary>Enough memory: kubeadm refuses a control plane with less than 1700 MB (preflight check Mem).</summary>
internal sealed class MemoryCheck : IPreflightCheck
{
    public string Title => "Memory";

    private const long ControlPlaneMiB = 1700;
    private const long WorkerMiB = 700;

    public CheckResult Judge(PreflightSubject subject)
    {
        var needed = subject.Role == NodeRole.ControlPlane ? ControlPlaneMiB : WorkerMiB;
        var measured = string.Create(CultureInfo.InvariantCulture, $"{subject.Facts.MemoryMiB / 1024.0:0.0} GiB");
        return subject.Facts.MemoryMiB < needed
            ? new(Verdict.Failed, measured, $"A {(subject.Role == NodeRole.ControlPlane ? "master" : "worker")} needs at least {needed} MiB.")
            : new(Verdict.Ok, measured);
    }
}
