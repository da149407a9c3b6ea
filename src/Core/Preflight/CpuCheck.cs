using ClusterPanel.Core.Clusters;

namespace ClusterPanel.Core.Preflight;

/// <summary>Enough processors: kubeadm refuses a control plane with fewer than two (preflight check NumCPU).</summary>
internal sealed class CpuCheck : IPreflightCheck
{
    public string Title => "CPU";

    private const int ControlPlaneCpus = 2;

    public CheckResult Judge(PreflightSubject subject)
    {
        var cpus = subject.Facts.Cpus;
        var measured = cpus == 1 ? "1 CPU" : $"{cpus} CPUs";
        return subject.Role == NodeRole.ControlPlane && cpus < ControlPlaneCpus
            ? new(Verdict.Failed, measured, $"A master needs at least {ControlPlaneCpus} CPUs, kubeadm's limit.")
            : new(Verdict.Ok, measured);
    }
}
