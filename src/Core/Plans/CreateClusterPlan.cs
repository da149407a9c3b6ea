using ClusterPanel.Core.Deployments;
using ClusterPanel.Core.Steps;
using static ClusterPanel.Core.Plans.PlanStages;

namespace ClusterPanel.Core.Plans;

/// <summary>The plan that makes a cluster.</summary>
public static class CreateClusterPlan
{
    /// <summary>Computes it.</summary>
    public static Plan Build(PlanInput input)
    {
        var all = input.Spec.Members;
        var masters = input.Spec.ControlPlane.ToList();
        var workers = input.Spec.Workers.ToList();
        return new Plan($"Create cluster {input.Spec.Name}",
        [
            .. Prepare(input, all),
            .. Together(
                On(input, masters[..1], new KubeadmInit(), OneByOne),
                On(input, masters[..1], new PodNetwork(), OneByOne)),
            .. Together(
                On(input, masters[1..], new JoinControlPlane(), OneByOne),
                On(input, workers, new InstallLoadBalancer(), Wide),
                On(input, workers, new JoinWorker(), Wide),
                On(input, masters, new Kubectl(), Wide),
                On(input, all, new KubeletCertificate(), Wide),
                On(input, all, new VerifyNode(), Wide)),
            .. Together(On(input, masters[..1], new VerifyCluster(), OneByOne)),
        ], input.Spec);

    }
}
