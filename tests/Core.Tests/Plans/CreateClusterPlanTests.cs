using System.Globalization;
using System.Text;
using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Deployments;
using ClusterPanel.Core.Plans;
using ClusterPanel.Core.Steps;

namespace ClusterPanel.Core.Tests.Plans;

public sealed class CreateClusterPlanTests
{
    [Fact]
    public void Build_ThreeMastersTwoWorkers_HasTheGoldenOutline()
    {
        var plan = CreateClusterPlan.Build(Samples.Input());
        var text = new StringBuilder(plan.Title + "\n");
        foreach (var stage in plan.Stages)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n{stage.Key} (step {stage.Step}): {stage.Title}, {stage.Width} at once{(stage.WithPrevious ? ", with the previous" : "")}\n");
            foreach (var host in stage.Hosts)
            {
                text.Append(CultureInfo.InvariantCulture, $"  {host.Member.HostName} {host.Member.Address} {host.Member.Role}\n");
                text.AppendJoin("", host.Commands.Select(c => $"    {c.Kind}: {c.Sentence}\n"));
            }
        }

        Golden.Match("plan.create-cluster", text.ToString());
    }

    [Fact]
    public void Build_OneMaster_HasNoStageWithoutHosts()
    {
        var plan = CreateClusterPlan.Build(Samples.Input(masters: 1, workers: 0));

        Assert.DoesNotContain(plan.Stages, s => s.Key is "join-control-plane" or "join-worker" or "load-balancer");
        Assert.All(plan.Stages, s => Assert.NotEmpty(s.Hosts));
    }

    [Fact]
    public void Build_Masters_ChangeOneAtATime()
    {
        var plan = CreateClusterPlan.Build(Samples.Input());

        Assert.All(plan.Stages.Where(s => s.Step is "kubeadm-init" or "join-control-plane" or "pod-network"), s => Assert.Equal(1, s.Width));
        Assert.Equal(["h2", "h3"], plan.Stages.Single(s => s.Step == "join-control-plane").Hosts.Select(h => h.Member.HostName));
    }

    [Fact]
    public void Build_StageKeys_AreDifferentAndFitForUnitNames()
    {
        var keys = CreateClusterPlan.Build(Samples.Input()).Stages.Select(s => s.Key).ToList();

        Assert.Equal(keys.Count, keys.Distinct().Count());
        Assert.All(keys, k => Assert.Matches("^[a-z][a-z0-9-]*$", k));
    }

    [Fact]
    public void Hash_SamePlan_IsTheSame() =>
        Assert.Equal(CreateClusterPlan.Build(Samples.Input()).Hash(), CreateClusterPlan.Build(Samples.Input()).Hash());

    [Fact]
    public void Hash_AnotherVip_IsAnother()
    {
        var spec = Samples.Spec();

        var other = CreateClusterPlan.Build(new PlanInput(Samples.ClusterId, spec with { VirtualIp = "10.103.97.3" }, Samples.Package()));

        Assert.NotEqual(CreateClusterPlan.Build(Samples.Input()).Hash(), other.Hash());
    }

    [Fact]
    public void FromJson_OfToJson_IsTheSamePlan()
    {
        var plan = CreateClusterPlan.Build(Samples.Input());

        var read = Plan.FromJson(plan.ToJson());

        Assert.Equal(plan.Hash(), read.Hash());
        Assert.Equal(plan.Stages[0].Hosts[0].Commands[0].Script, read.Stages[0].Hosts[0].Commands[0].Script);
    }

    [Fact]
    public void FromJson_Null_IsAnError() => Assert.Throws<System.Text.Json.JsonException>(() => Plan.FromJson("null"));

    [Fact]
    public void Steps_OfTheCatalog_AreFoundByKey()
    {
        Assert.All(StepCatalog.Default.Keys, key => Assert.Equal(key, StepCatalog.Default.Find(key).Key));
        Assert.Contains("frobnicate", Assert.Throws<InvalidOperationException>(() => StepCatalog.Default.Find("frobnicate")).Message);
    }

    [Fact]
    public void FinalLines_WorkerAndMaster_PointTheApiNameAtVipAndSelf()
    {
        var spec = Samples.Spec();

        Assert.Equal(["10.0.0.12 h2", "10.0.0.12 apiserver.cluster.local"], ApiServerName.FinalLines(spec, spec.Members[1]));
        Assert.Equal(["10.0.0.14 h4", "10.103.97.2 apiserver.cluster.local"], ApiServerName.FinalLines(spec, spec.Members.First(m => m.Role == NodeRole.Worker)));
    }
}
