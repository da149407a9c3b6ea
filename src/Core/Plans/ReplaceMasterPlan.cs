using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Deployments;

namespace ClusterPanel.Core.Plans;

/// <summary>The plan that replaces a master: the old one out of lists, etcd and the API first, because a member is added only while all are healthy.</summary>
public static class ReplaceMasterPlan
{
    /// <summary>Computes it.</summary>
    /// <param name="without">The cluster when the old master is out.</param>
    /// <param name="input">The cluster when the new one is in.</param>
    /// <param name="old">The master that goes.</param>
    /// <param name="drain">How its pods are moved away.</param>
    public static Plan Build(PlanInput without, PlanInput input, ClusterMember old, DrainOptions drain)
    {
        var added = input.Spec.ControlPlane.Single(m => without.Spec.Members.All(o => o.HostId != m.HostId));
        return new Plan(
            $"Replace master {old.HostName} of cluster {input.Spec.Name} with {added.HostName}",
            [.. RemoveNodesPlan.Stages(without, [old], drain), .. AddNodesPlan.Stages(input, without.Spec.Members)],
            input.Spec);
    }
}
