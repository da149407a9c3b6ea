using ClusterPanel.Core;
using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Deployments;
using ClusterPanel.EndToEnd.Tests.Fixtures;

namespace ClusterPanel.EndToEnd.Tests;

/// <summary>
/// A cluster from its first master to its reset: it grows, loses masters and workers, is repaired and shrinks, while clients on a
/// worker ask its API without a pause. Hosts that leave are afterwards what they were before.
/// </summary>
public sealed class LifeOfAClusterTests
{
    private const string Kubectl = Life.Kubectl;
    private const string Client = "h7";
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Life_GrowsLosesNodesAndShrinks_StaysReachableAndLeavesNothing(bool real)
    {
        Assert.SkipWhen(real && Scenario.Real is null, "needs a real Kubernetes package: set CLUSTERPANEL_KUBE_PACKAGE");
        Assert.SkipWhen(real && Scenario.NotFull is not null, Scenario.NotFull ?? "");
        await using var scenario = await Scenario.BeginAsync(7);
        var life = await Life.BeginAsync(scenario, Client, real ? Scenario.Real! : Scenario.StandIn!, TimeSpan.FromMinutes(real ? 15 : 6));
        // What they see of the stand-in is not judged.
        var clients = await VipClients.StartAsync(scenario.Lab, Client, "h1", "10.103.97.2", real ? 5 : 2);

        await RefusedAsync<InvalidInputException>(life, new RemoveNodes(life.Id, life.Ids("h1"), [], [], new DrainOptions()), "It is the last master");
        clients.Mark("masters added, 1 to 3");
        await life.DoAsync(new AddNodes(life.Id, life.Ids("h2", "h3"), []));
        await life.IsAsync(["h1", "h2", "h3"], [Client]);
        clients.Mark("workers added");
        await life.YieldAsync("h4", "h5");
        await life.DoAsync(new AddNodes(life.Id, [], life.Ids("h4", "h5")));
        await life.IsAsync(["h1", "h2", "h3"], [Client, "h4", "h5"]);
        await RefusedAsync<InvalidInputException>(life, new RemoveNodes(life.Id, [], life.Ids("h2"), [], new DrainOptions()), "h2 is a master, not a worker");

        clients.Mark("repaired: hosts lines, units and Nodes lost");
        await RepairedAsync(life);

        clients.Mark("a master dies");
        await scenario.Lab.DoAsync("kill", "h3");
        await life.YieldAsync("h3");
        await scenario.UntilHostAsync(Client, $"! grep -F '{life.Address("h3")} in' /run/clusterpanel-apilb/state", Minute);
        await RefusedAsync<InvalidInputException>(life, new RemoveNodes(life.Id, life.Ids("h2"), [], [], new DrainOptions()), "Without it 1 of 2 members would be healthy, 2 are needed.");
        clients.Mark("the dead master replaced while a worker is off");
        await scenario.Lab.DoAsync("kill", "h4");
        await life.YieldAsync("h6");
        var replaced = await life.StartAsync(new ReplaceMaster(life.Id, life.Ids("h3")[0], life.Ids("h6")[0], true, new DrainOptions()));
        await scenario.UntilHostAsync("h6", "[ -e /etc/kubernetes/manifests/kube-apiserver.yaml ]", life.Limit);
        await life.ServeAsync("h6");
        await scenario.EndsAsync(replaced, DeploymentStatus.Succeeded, life.Limit);
        await scenario.Lab.DoAsync("start", "h4");
        await scenario.UntilHostAsync("h4", $"grep -F '{life.Address("h6")}' /etc/clusterpanel/apilb.conf", 3 * Minute);
        await Poll.UntilAsync(async () => (await scenario.Backend.Journal.ListAsync(life.Id, 1, None))[0].IsFinished, "the panel to set the list of the worker that is back", Minute);
        await life.IsAsync(["h1", "h2", "h6"], [Client, "h4", "h5"]);

        clients.Mark("the first master removed, 3 to 2");
        await life.RemoveMasterAsync("h1");
        await life.IsAsync(["h2", "h6"], [Client, "h4", "h5"]);
        await life.IsForgottenAsync("h1", "h2", "h6", Client, "h4", "h5");
        if (real)
        {
            await ClusterUse.ServiceAnswersAsync(scenario, "h2", ["h2", "h6"]);
        }

        await life.IsAsBeforeAsync("h1", reboot: true);

        clients.Mark("a worker that is off removed");
        await scenario.Lab.DoAsync("kill", "h5");
        await life.DoAsync(new RemoveNodes(life.Id, [], life.Ids("h5"), life.Ids("h5"), new DrainOptions()));
        await life.IsAsync(["h2", "h6"], [Client, "h4"]);
        clients.Mark("removed hosts switched on again, and cleaned");
        await ReturnedAsync(life);

        clients.Mark("a worker with a protected pod removed");
        await ProtectedAsync(life);
        await life.IsAsync(["h2", "h6"], [Client]);
        await life.IsAsBeforeAsync("h4", reboot: real);

        // Shrinking to the last master is slow, and for every day covered well enough by what came before.
        if (Scenario.NotFull is null)
        {
            clients.Mark("the cleaned master added again, 2 to 3");
            await life.ServeAsync("h1");
            await life.DoAsync(new AddNodes(life.Id, life.Ids("h1"), []));
            await life.IsAsync(["h2", "h6", "h1"], [Client]);
            clients.Mark("a master removed, 3 to 2");
            await life.RemoveMasterAsync("h2");
            await life.IsAsync(["h6", "h1"], [Client]);
            clients.Mark("a master removed, 2 to 1");
            // A dying one: it answers, and its kubelet ends no pod any more.
            await scenario.Lab.RunAsync("h1", "systemctl stop kubelet");
            await life.DoAsync(new RemoveNodes(life.Id, life.Ids("h1"), [], [], new DrainOptions { Force = true }));
            await life.IsAsync(["h6"], [Client]);
        }

        var phases = await clients.EndAsync();
        await File.WriteAllTextAsync(Path.Combine(Repository.Output, $"vip-clients-{(real ? "real" : "stand-in")}.md"), VipClients.Table(phases), None);
        if (Scenario.NotFull is null)
        {
            await RecoveredAsync(life);
        }

        await life.DoAsync(new ResetCluster(life.Id, []));
        Assert.Equal(ClusterStatus.Removed, (await life.ClusterAsync()).Status);
        foreach (var host in life.Names)
        {
            await life.IsAsBeforeAsync(host, reboot: real);
        }

        if (real)
        {
            // The stand-in chooses leaders more slowly than etcd, and runs beside everything else there is to test.
            AssertReachable(phases);
        }
    }

    // Planned work with three masters is not noticed; otherwise the API is away for a short time.
    private static void AssertReachable(IReadOnlyList<VipClients.Phase> phases)
    {
        string[] unnoticed = ["workers added", "the dead master replaced while a worker is off", "the first master removed, 3 to 2", "a master removed, 3 to 2"];
        var text = VipClients.Table(phases);
        Assert.All(unnoticed, name => Assert.True(phases.Single(p => p.Name == name).Failed == 0, text));
        Assert.All((IEnumerable<(string, double)>)[("masters added, 1 to 3", 60), ("a master dies", 3), ("a master removed, 2 to 1", 15)], limit =>
            Assert.True(phases.Single(p => p.Name == limit.Item1).Gap <= limit.Item2, text));
        Assert.True(phases.Single(p => p.Name == "a master dies").WatchGap <= 10, text);
    }

    private static async Task RefusedAsync<T>(Life life, ClusterChange change, string why)
        where T : Exception
    {
        var e = await Assert.ThrowsAsync<T>(() => life.Scenario.Backend.Changes.PreviewAsync(change, None));
        Assert.Contains(why, e is InvalidInputException wrong ? string.Join(' ', wrong.Errors.Select(f => f.Message)) : e.Message, StringComparison.Ordinal);
    }

    // One of two masters is lost for good: nothing can be changed, until the commands that the page shows were run by hand.
    private static async Task RecoveredAsync(Life life)
    {
        var (scenario, lab) = (life.Scenario, life.Scenario.Lab);
        await life.ServeAsync("h2");
        await life.DoAsync(new AddNodes(life.Id, life.Ids("h2"), []));
        await lab.DoAsync("kill", "h2");
        var cluster = await life.ClusterAsync();
        var health = await scenario.Backend.Health.ReadAsync(cluster, null, None);
        var refused = await Assert.ThrowsAsync<ConflictException>(() => life.StartAsync(new RemoveNodes(life.Id, life.Ids("h2"), [], life.Ids("h2"), new DrainOptions())));

        Assert.Equal("h6", health.Survivor?.HostName);
        await lab.RunAsync("h6", EtcdRecovery.Commands(health.Survivor!));
        await scenario.UntilHostAsync("h6", $"{Kubectl} get --raw /readyz", 2 * Minute);

        Assert.False(health.HasQuorum);
        Assert.Contains("cannot be read, and is not changed before it can", refused.Message, StringComparison.Ordinal);
        await life.AreMembersAsync("h6");
        await life.DoAsync(new RemoveNodes(life.Id, life.Ids("h2"), [], life.Ids("h2"), new DrainOptions()));
        await life.IsAsync(["h6"], [Client]);
        await lab.DoAsync("start", "h2");

        // The copies that the commands made are the operator's.
        await lab.RunAsync("h6", "rm -rf /root/etcd-before-recovery /root/etcd.yaml-before-recovery");
    }

    // The panel finds what somebody has broken, and a repair sets it right.
    private static async Task RepairedAsync(Life life)
    {
        await life.Scenario.Lab.RunAsync("h1", $"{Kubectl} delete node h2 h5");
        const string LoseLines = "sed -i '/^# clusterpanel begin/,/^# clusterpanel end/d' /etc/hosts";
        await life.Scenario.Lab.RunAsync("h1", LoseLines);
        await life.Scenario.UntilHostAsync("h1", "grep -q apiserver.cluster.local /etc/hosts", Minute);
        await life.Scenario.Lab.RunAsync("h2", $"systemctl stop clusterpanel-hosts.path; {LoseLines}");
        await life.Scenario.Lab.RunAsync("h5", $"systemctl disable -q --now kubelet clusterpanel-apilb clusterpanel-hosts.path; {LoseLines}; : > /etc/clusterpanel/ca.crt");
        var before = await life.DriftAsync();

        await life.DoAsync(new RepairNodes(life.Id, life.Ids("h2", "h5")));

        Assert.Equal(["h2", "h5"], before.Select(d => d.Node.HostName));
        Assert.Equal(["Its Node is gone from the cluster.", "The unit clusterpanel-hosts.path is inactive enabled.", "The panel's lines in /etc/hosts are lost."], before[0].What);
        Assert.Equal(
            [
                "Its Node is gone from the cluster.", "The unit kubelet.service is inactive disabled.", "The unit clusterpanel-hosts.path is inactive disabled.",
                "The unit clusterpanel-apilb.service is inactive disabled.", "The panel's lines in /etc/hosts are lost.", "Its load balancer trusts another CA than the cluster's.",
            ],
            before[1].What.Where(w => !w.StartsWith("Its load balancer's list", StringComparison.Ordinal)));
        Assert.Empty(await life.DriftAsync());
        Assert.Contains("node-role.kubernetes.io/master", await life.Scenario.Lab.RunAsync("h1", $"{Kubectl} get node h2 -o 'jsonpath={{.metadata.labels}} {{.spec.taints[*].key}}'"), StringComparison.Ordinal);
    }

    // A worker and a master that were removed while they were off are switched on again: no pod lands there, etcd stays as it is.
    private static async Task ReturnedAsync(Life life)
    {
        var lab = life.Scenario.Lab;
        await lab.DoAsync("start", "h5");
        await lab.DoAsync("start", "h3");
        await life.Scenario.UntilHostAsync("h2", $"[ \"$({Kubectl} get node h5 -o 'jsonpath={{.spec.unschedulable}}' --ignore-not-found)\" = true ]", TimeSpan.FromMinutes(3));
        await life.ApplyAsync("h2", Life.Deployment("spread", 4, ""));
        await life.Scenario.UntilHostAsync("h2", $"[ \"$({Kubectl} get deployment spread -o 'jsonpath={{.status.readyReplicas}}')\" = 4 ]", TimeSpan.FromMinutes(2));
        var places = await lab.RunAsync("h2", $"{Kubectl} get pods -l app=spread -o 'jsonpath={{.items[*].spec.nodeName}}'");
        await life.AreMembersAsync("h2", "h6");

        Assert.DoesNotContain("h5", places, StringComparison.Ordinal);
        Assert.DoesNotContain("h3", places, StringComparison.Ordinal);
        Assert.Equal(["h3", "h5"], (await life.ClusterAsync()).Spec.NotCleaned.Select(m => m.HostName));
        await RefusedAsync<InvalidInputException>(life, new AddNodes(life.Id, [], life.Ids("h5")), "h5 left the cluster and still holds its files. Clean it first");
        await life.DoAsync(new CleanHosts(life.Id, life.Ids("h3", "h5")));
        Assert.Empty((await life.ClusterAsync()).Spec.NotCleaned);
        await life.IsAsync(["h2", "h6"], [Client, "h4"]);
        await life.IsAsBeforeAsync("h3", reboot: false);
        await life.IsAsBeforeAsync("h5", reboot: true);
        await lab.RunAsync("h2", $"{Kubectl} delete deployment spread");
    }

    // The drain respects the pod's budget until its time is over, and says which one; another operator is told to wait.
    private static async Task ProtectedAsync(Life life)
    {
        const string Uid = "get pods -l app=guarded -o 'jsonpath={.items[*].metadata.uid}'";
        var (scenario, lab) = (life.Scenario, life.Scenario.Lab);
        await life.ApplyAsync("h2", Life.Deployment("guarded", 1, "nodeSelector: {kubernetes.io/hostname: h4}") + """
            ---
            apiVersion: policy/v1beta1
            kind: PodDisruptionBudget
            metadata: {name: guard}
            spec: {minAvailable: 1, selector: {matchLabels: {app: guarded}}}
            """);
        await scenario.UntilHostAsync("h2", $"[ \"$({Kubectl} get deployment guarded -o 'jsonpath={{.status.readyReplicas}}')\" = 1 ]", TimeSpan.FromMinutes(2));
        var uid = await lab.RunAsync("h2", $"{Kubectl} {Uid}");

        var removal = await life.StartAsync(new RemoveNodes(life.Id, [], life.Ids("h4"), [], new DrainOptions { Minutes = 1 }));
        var second = await Assert.ThrowsAsync<ConflictException>(() => life.StartAsync(new AddNodes(life.Id, [], life.Ids("h5"))));
        var ended = await scenario.EndsAsync(removal, DeploymentStatus.Failed, TimeSpan.FromMinutes(5));

        Assert.Contains("is not finished", second.Message, StringComparison.Ordinal);
        Assert.Contains("PodDisruptionBudget default/guard allows no eviction now: 1 of its pods are healthy, 1 must be.", ended.Reason, StringComparison.Ordinal);
        Assert.Equal(uid, await lab.RunAsync("h2", $"{Kubectl} {Uid}"));
        await scenario.Backend.Clusters.UncordonAsync(life.Id, "h4", None);
        Assert.Equal("", await lab.RunAsync("h2", $"{Kubectl} get node h4 -o 'jsonpath={{.spec.unschedulable}}'"));
        await life.DoAsync(new RemoveNodes(life.Id, [], life.Ids("h4"), [], new DrainOptions { Force = true }));
        await lab.RunAsync("h2", $"{Kubectl} delete deployment/guarded pdb/guard");
    }
}
