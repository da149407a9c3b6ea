using ClusterPanel.Core.Plans;

namespace ClusterPanel.Core.Tests.Plans;

public sealed class ResetClusterPlanTests
{
    [Fact]
    public void Build_OneHostLeftOut_CleansTheOthersAndKeepsItListed()
    {
        var plan = ResetClusterPlan.Build(Samples.Cluster(), [Samples.HostId(5)]);

        Assert.Equal(["h1", "h2", "h3", "h4"], plan.Members().Select(m => m.HostName));
        Assert.Empty(plan.Spec.Members);
        Assert.Equal(["h5"], plan.Spec.NotCleaned.Select(m => m.HostName));
        Assert.All(plan.Members(), m => Assert.True(plan.IsLeaving(m)));
    }

    [Fact]
    public void BuildForLeft_AnotherMachineHasItsNameNow_LeavesThatNodeAlone()
    {
        var cluster = Samples.Cluster();
        var left = Samples.Member(9, ClusterPanel.Core.Clusters.NodeRole.ControlPlane) with { NodeName = "h2" };
        cluster.Spec = cluster.Spec with { NotCleaned = [left] };

        var plan = ResetClusterPlan.BuildForLeft(cluster, [left.HostId]);

        Assert.Equal(["clean-host"], plan.Stages.Select(s => s.Key));
    }

    [Fact]
    public void BuildForLeft_OneOfTwo_LeavesTheMembersAlone()
    {
        var cluster = Samples.Cluster();
        cluster.Spec = cluster.Spec with { Members = [.. cluster.Spec.Members.Take(3)], NotCleaned = [.. cluster.Spec.Members.Skip(3)] };

        var plan = ResetClusterPlan.BuildForLeft(cluster, [Samples.HostId(4)]);

        Assert.Equal(["h4"], plan.Members().Select(m => m.HostName));
        Assert.Equal(["h1", "h2", "h3"], plan.Spec.Members.Select(m => m.HostName));
        Assert.Equal(["h5"], plan.Spec.NotCleaned.Select(m => m.HostName));
    }
}
