using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Deployments;
using ClusterPanel.Core.Pki;
using ClusterPanel.Core.Steps;
using static ClusterPanel.Core.Plans.PlanStages;

namespace ClusterPanel.Core.Plans;

/// <summary>The plans that sign certificates anew: one master at a time, so that the others serve meanwhile.</summary>
public static class RenewCertificatesPlan
{
    private static readonly string Admin = RenewableCertificate.All[0].Name;

    /// <summary>Renews certificates of nodes.</summary>
    /// <param name="input">The cluster.</param>
    /// <param name="names">Which certificates.</param>
    /// <param name="nodes">Of which nodes.</param>
    public static Plan Build(PlanInput input, IReadOnlyList<string> names, IReadOnlyList<ClusterMember> nodes)
    {
        IReadOnlyList<ClusterMember> masters = names.Any(n => n != RenewableCertificate.Kubelet) ? [.. nodes.Where(m => m.Role == NodeRole.ControlPlane)] : [];
        var kubelets = names.Contains(RenewableCertificate.Kubelet) ? nodes : [];
        var of = names.Count == RenewableCertificate.Names.Count ? "all certificates" : string.Join(", ", names);
        return new(
            $"Renew {of} of {Names([.. nodes.Where(n => masters.Contains(n) || kubelets.Contains(n))])} of cluster {input.Spec.Name}",
            [
                .. Renew(input, masters, names, newNames: false),
                .. Together(On(input, names.Contains(Admin) ? masters : [], new Kubectl(), Wide)),
                .. Together(On(input, kubelets, new KubeletCertificate(anew: true), Wide), On(input, kubelets, new VerifyNode(), Wide)),
                .. Together(On(input, [input.Spec.ControlPlane.First()], new VerifyCluster(), OneByOne)),
            ],
            input.Spec);
    }

    /// <summary>Gives the API servers' certificates other further names.</summary>
    /// <param name="input">The cluster as it is to be.</param>
    /// <param name="before">The further names until now.</param>
    public static Plan BuildForNames(PlanInput input, IReadOnlyList<string> before)
    {
        IReadOnlyList<ClusterMember> masters = [.. input.Spec.ControlPlane];
        return new(
            $"Change the names of the API servers of cluster {input.Spec.Name}",
            [
                .. Together(On(input, [masters[0]], new ApiServerNames(before), OneByOne)),
                .. Renew(input, masters, ["apiserver"], newNames: true),
                .. Together(On(input, [masters[0]], new VerifyCluster(), OneByOne)),
            ],
            input.Spec);
    }

    // Where something of a master is restarted that clients would notice, workers send new requests to the others meanwhile.
    private static IEnumerable<Stage> Renew(PlanInput input, IReadOnlyList<ClusterMember> masters, IReadOnlyList<string> names, bool newNames)
    {
        var step = new RenewMasterCertificates(names, newNames);
        IReadOnlyList<ClusterMember> workers = [.. input.Spec.Workers];
        if (input.Spec.ControlPlane.Count() == 1 || !RenewableCertificate.Restarted(names).Any(RenewableCertificate.IsNoticed))
        {
            return Together(On(input, masters, step, OneByOne));
        }

        return
        [
            .. masters.SelectMany(master => Together(
                Lists(new PlanInput(input.ClusterId, input.Spec with { Members = [.. input.Spec.Members.Except([master])] }, null), workers, $"lists-without-{master.HostName}", $"{master.HostName} out of the load balancers' lists"))
                .Concat(Together(On(input, [master], step, OneByOne, $"{step.Key}-{master.HostName}")))),
            .. masters.Count == 0 ? [] : Together(Lists(input, workers, "lists-with-all", "All masters in the load balancers' lists")),
        ];
    }
}
