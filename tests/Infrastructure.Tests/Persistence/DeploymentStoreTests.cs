using ClusterPanel.Core;
using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Deployments;
using ClusterPanel.Core.Hosts;

namespace ClusterPanel.Infrastructure.Tests.Persistence;

public abstract class DeploymentStoreTests(IDatabases databases) : DatabaseTests(databases)
{
    [Fact]
    public async Task CreateCluster_New_StoresDeploymentAndPlan()
    {
        var (cluster, deployment) = await Panel.AddClusterAsync();

        Assert.Equivalent(deployment, await Panel.Deployments.FindAsync(deployment.Id, Stop), strict: true);
        Assert.Equal(Sample.Plan(cluster).Hash(), (await Panel.Deployments.ReadPlanAsync(deployment.Id, Stop)).Hash());
    }

    [Fact]
    public async Task CreateCluster_TakenName_NamesItAndStoresNothing()
    {
        var (there, _) = await Panel.AddClusterAsync();
        var other = await MakeClusterAsync(there.Name);

        var conflict = await Assert.ThrowsAsync<ConflictException>(() => CreateAsync(other));

        Assert.Equal($"There is a cluster named {there.Name} already.", conflict.Message);
        Assert.Single(await Panel.Deployments.ListAsync(null, 10, Stop));
    }

    [Fact]
    public async Task CreateCluster_HostOfAnotherCluster_NamesBoth()
    {
        var (there, _) = await Panel.AddClusterAsync();
        var package = (await Panel.Packages.ListAsync(Stop))[0];
        var other = Sample.Cluster(package, await Panel.Hosts.ListAsync(Stop));

        var conflict = await Assert.ThrowsAsync<ConflictException>(() => CreateAsync(other));

        Assert.Equal($"Host {there.Spec.Members[0].HostName} belongs to cluster {there.Name} already.", conflict.Message);
    }

    [Fact]
    public async Task CreateCluster_SamePlanConfirmedTwiceAtOnce_IsMadeOnce()
    {
        var cluster = await MakeClusterAsync();

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            try
            {
                await CreateAsync(cluster);
                return null;
            }
            catch (ConflictException e)
            {
                return e.Message;
            }
        })));

        Assert.Single(outcomes, o => o is null);
        Assert.All(outcomes.OfType<string>(), o => Assert.Contains(cluster.Name, o, StringComparison.Ordinal));
    }

    [Fact]
    public async Task CreateCluster_PackageRemovedMeanwhile_IsAConflict()
    {
        var cluster = await MakeClusterAsync();
        await Panel.Packages.DeleteAsync(cluster.Spec.PackageId, TestPanel.Seeded, Stop);

        await Assert.ThrowsAsync<ConflictException>(() => CreateAsync(cluster));
    }

    [Fact]
    public async Task ReadPlan_Unknown_IsNotFound() => await Assert.ThrowsAsync<KeyNotFoundException>(() => Panel.Deployments.ReadPlanAsync(Guid.NewGuid(), Stop));

    [Fact]
    public async Task List_OfOneClusterOrAll_IsNewestFirst()
    {
        var (first, firstDeployment) = await Panel.AddClusterAsync();
        var second = await MakeClusterAsync();
        var secondDeployment = Sample.Deployment(second, Sample.Noon.AddMicroseconds(1));
        await Panel.Deployments.CreateClusterAsync(second, secondDeployment, Sample.Plan(second), TestPanel.Seeded, Stop);

        Assert.Equal([secondDeployment.Id, firstDeployment.Id], (await Panel.Deployments.ListAsync(null, 10, Stop)).Select(d => d.Id));
        Assert.Equal([secondDeployment.Id], (await Panel.Deployments.ListAsync(null, 1, Stop)).Select(d => d.Id));
        Assert.Equal([firstDeployment.Id], (await Panel.Deployments.ListAsync(first.Id, 10, Stop)).Select(d => d.Id));
    }

    [Fact]
    public async Task Attempts_AddedAndUpdated_AreListedOldestFirst()
    {
        var (_, deployment) = await Panel.AddClusterAsync();
        var lease = (await Panel.Deployments.ClaimAsync("me", Stop))!;
        var second = Sample.Attempt(deployment.Id, number: 2);
        var first = Sample.Attempt(deployment.Id, number: 1);
        await Panel.Deployments.AddAttemptAsync(lease, second, Stop);
        await Panel.Deployments.AddAttemptAsync(lease, first, Stop);
        first.Status = StepStatus.Failed;
        first.EndedAt = Sample.Noon.AddMinutes(1);
        first.Activity = "waited\0";
        first.Failure = new StepFailure(FailureKind.Network, "no route")
        {
            Command = "kubeadm init",
            ExitCode = 1,
            LastLines = ["a", "b\0\ud83d"],
            Evidence = [new Evidence("journal of kubelet", "x")],
        };

        await Panel.Deployments.UpdateAttemptAsync(lease, first, Stop);

        var attempts = await Panel.Deployments.ListAttemptsAsync(deployment.Id, Stop);
        Assert.Equal([first.Id, second.Id], attempts.Select(a => a.Id));
        Assert.Equal(StepStatus.Failed, attempts[0].Status);
        Assert.Equal(first.EndedAt, attempts[0].EndedAt);
        Assert.Equal("waited\ufffd", attempts[0].Activity);
        Assert.Equal(1, attempts[0].Failure!.ExitCode);
        Assert.Equal(["a", "b\0\ufffd"], attempts[0].Failure!.LastLines);
        Assert.Equal(first.Failure.Evidence, attempts[0].Failure!.Evidence);
    }

    [Fact]
    public async Task Requeue_Failed_IsQueuedAgainWithoutCancelRequestAndReason()
    {
        var (_, deployment) = await Panel.AddClusterAsync();
        await Panel.Deployments.TryRequestAsync(deployment.Id, [Request(deployment, RequestKind.Cancel, "admin")], TestPanel.Seeded, Stop);
        await FinishAsync(DeploymentStatus.Canceled);

        await Panel.Deployments.RequeueAsync(deployment.Id, [], TestPanel.Seeded, Stop);

        var found = (await Panel.Deployments.FindAsync(deployment.Id, Stop))!;
        Assert.Equal((DeploymentStatus.Queued, null, null), (found.Status, found.Reason, found.EndedAt));
        Assert.NotNull(found.StartedAt);
        Assert.Empty(await Panel.Deployments.ListRequestsAsync(deployment.Id, Stop));
        Assert.Equal(deployment.Id, (await Panel.Deployments.ClaimAsync("me", Stop))!.DeploymentId);
    }

    [Theory]
    [InlineData(DeploymentStatus.Queued)]
    [InlineData(DeploymentStatus.Running)]
    [InlineData(DeploymentStatus.Succeeded)]
    public async Task Requeue_NotStopped_IsRefused(DeploymentStatus status)
    {
        var (_, deployment) = await Panel.AddClusterAsync();
        if (status == DeploymentStatus.Running)
        {
            await Panel.Deployments.ClaimAsync("me", Stop);
        }
        else if (status == DeploymentStatus.Succeeded)
        {
            await FinishAsync(status);
        }

        await Assert.ThrowsAsync<ConflictException>(() => Panel.Deployments.RequeueAsync(deployment.Id, [], TestPanel.Seeded, Stop));

        Assert.Equal(status, (await Panel.Deployments.FindAsync(deployment.Id, Stop))!.Status);
    }

    [Fact]
    public async Task Requeue_AnotherDeploymentNotFinished_IsRefused()
    {
        var (cluster, deployment) = await Panel.AddClusterAsync();
        await FinishAsync(DeploymentStatus.Failed);
        await Panel.ExecuteAsync($"""
            INSERT INTO "Deployments" ("Id", "ClusterId", "ClusterName", "Kind", "Status", "CreatedBy", "CreatedAt")
            VALUES ({Guid.NewGuid()}, {cluster.Id}, 'x', 'CreateCluster', 'Queued', 'admin', 1)
            """);

        var conflict = await Assert.ThrowsAsync<ConflictException>(() => Panel.Deployments.RequeueAsync(deployment.Id, [], TestPanel.Seeded, Stop));

        Assert.Contains("Another deployment", conflict.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Requeue_LaterDeploymentChangedTheCluster_IsRefused()
    {
        var (cluster, deployment) = await Panel.AddClusterAsync();
        await FinishAsync(DeploymentStatus.Failed);
        await Panel.Deployments.ChangeClusterAsync(Sample.Deployment(cluster, Sample.Noon.AddMinutes(1)), Sample.Plan(cluster), cluster, TestPanel.Seeded, Stop);
        await FinishAsync(DeploymentStatus.Canceled);

        var conflict = await Assert.ThrowsAsync<ConflictException>(() => Panel.Deployments.RequeueAsync(deployment.Id, [], TestPanel.Seeded, Stop));

        Assert.Contains("later deployment", conflict.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ChangeCluster_HostIsReplaced_HasNotLeftBeforeTheEnd()
    {
        var (cluster, _) = await Panel.AddClusterAsync();
        await FinishAsync(DeploymentStatus.Succeeded);
        var seen = (await Panel.Clusters.FindAsync(cluster.Id, Stop))!;
        var old = seen.Spec.Members[0];
        var host = Assert.Single(await Panel.AddHostsAsync(1));
        var plan = new Plan("Replace", [], seen.Spec with { Members = [.. seen.Spec.Members.Skip(1), old with { HostId = host.Id, HostName = host.Name }], NotCleaned = [old] });

        await Panel.Deployments.ChangeClusterAsync(Sample.Deployment(cluster, Sample.Noon.AddMinutes(1)), plan, seen, TestPanel.Seeded, Stop);

        var spec = (await Panel.Clusters.FindAsync(cluster.Id, Stop))!.Spec;
        Assert.Contains(old, spec.Members);
        Assert.Empty(spec.NotCleaned);
    }

    [Fact]
    public async Task Succeed_FirstTime_MakesTheClusterReady()
    {
        var (cluster, deployment) = await Panel.AddClusterAsync();

        await FinishAsync(DeploymentStatus.Succeeded);

        var found = (await Panel.Clusters.FindAsync(cluster.Id, Stop))!;
        Assert.Equal((ClusterStatus.Ready, 1), (found.Status, found.Version));
        Assert.NotNull(found.ReadyAt);
        Assert.Equal(DeploymentStatus.Succeeded, (await Panel.Deployments.FindAsync(deployment.Id, Stop))!.Status);
    }

    [Fact]
    public async Task Succeed_NoMemberIsLeft_FreesHostsNameAndSecrets()
    {
        var (cluster, _) = await Panel.AddClusterAsync();
        await Panel.Clusters.SaveKubeconfigAsync(cluster.Id, "secret", Stop);

        await Panel.Deployments.SucceedAsync((await Panel.Deployments.ClaimAsync("me", Stop))!, cluster.Spec with { Members = [] }, null, Stop);

        Assert.Equal(ClusterStatus.Removed, (await Panel.Clusters.FindAsync(cluster.Id, Stop))!.Status);
        Assert.Null(await Panel.Clusters.OpenKubeconfigAsync(cluster.Id, Stop));
        await CreateAsync(new Cluster { Name = cluster.Name, Spec = cluster.Spec, CreatedAt = Sample.Noon });
    }

    [Fact]
    public async Task Succeed_HostNotCleaned_StaysTheClusters()
    {
        var (cluster, _) = await Panel.AddClusterAsync();

        await Panel.Deployments.SucceedAsync((await Panel.Deployments.ClaimAsync("me", Stop))!, cluster.Spec with { Members = [], NotCleaned = cluster.Spec.Members }, null, Stop);

        await Assert.ThrowsAsync<ConflictException>(() => CreateAsync(new Cluster { Name = "another", Spec = cluster.Spec, CreatedAt = Sample.Noon }));
    }

    [Fact]
    public async Task GiveUpHost_NotCleaned_IsFreeAgain()
    {
        var (cluster, _) = await Panel.AddClusterAsync();
        var (left, stays) = (cluster.Spec.Members[^1], cluster.Spec.Members[0]);
        await Assert.ThrowsAsync<ConflictException>(() => Panel.Clusters.GiveUpHostAsync(cluster.Id, left.HostId, TestPanel.Seeded, Stop));
        await Panel.Deployments.SucceedAsync((await Panel.Deployments.ClaimAsync("me", Stop))!, cluster.Spec with { Members = [stays], NotCleaned = [left] }, null, Stop);
        await Panel.Clusters.SaveHostRecordAsync(cluster.Id, left.HostId, new byte[] { 1 }, Stop);

        await Panel.Clusters.GiveUpHostAsync(cluster.Id, left.HostId, TestPanel.Seeded, Stop);

        var found = (await Panel.Clusters.FindAsync(cluster.Id, Stop))!;
        Assert.Equal([stays.HostId], found.Spec.Members.Select(m => m.HostId));
        Assert.Equal((0, 2), (found.Spec.NotCleaned.Count, found.Version));
        Assert.Null(await Panel.Clusters.OpenHostRecordAsync(cluster.Id, left.HostId, Stop));
        await CreateAsync(new Cluster { Name = "another", Spec = cluster.Spec with { Members = [left] }, CreatedAt = Sample.Noon });
    }

    [Fact]
    public async Task ChangeCluster_Reset_IsStoredWithTheClustersState()
    {
        var (cluster, _) = await Panel.AddClusterAsync();
        await FinishAsync(DeploymentStatus.Failed);

        await ResetAsync(cluster);

        var found = (await Panel.Clusters.FindAsync(cluster.Id, Stop))!;
        Assert.Equal((ClusterStatus.Resetting, 1), (found.Status, found.Version));
    }

    [Fact]
    public async Task ChangeCluster_ChangedSinceItWasSeen_IsRefused()
    {
        var (cluster, _) = await Panel.AddClusterAsync();
        await FinishAsync(DeploymentStatus.Succeeded);

        await Assert.ThrowsAsync<ConflictException>(() => ResetAsync(cluster));

        Assert.Single(await Panel.Deployments.ListAsync(cluster.Id, 10, Stop));
    }

    [Fact]
    public async Task ChangeCluster_AnotherDeploymentNotFinished_IsRefused()
    {
        var (cluster, _) = await Panel.AddClusterAsync();

        var conflict = await Assert.ThrowsAsync<ConflictException>(() => ResetAsync(cluster));

        Assert.Equal((await Panel.Deployments.ListAsync(cluster.Id, 1, Stop))[0].InTheWay, conflict.Message);
        Assert.Equal(ClusterStatus.Creating, (await Panel.Clusters.FindAsync(cluster.Id, Stop))!.Status);
    }

    private Task ResetAsync(Cluster seen) => Panel.Deployments.ChangeClusterAsync(
        new Deployment { ClusterId = seen.Id, ClusterName = seen.Name, Kind = DeploymentKind.ResetCluster, CreatedBy = "olga", CreatedAt = Sample.Noon.AddMinutes(1) },
        Sample.Plan(seen),
        seen, TestPanel.Seeded,
        Stop);

    [Fact]
    public async Task Requeue_WithWishes_KeepsThemAndEarlierOnes()
    {
        var (_, deployment) = await Panel.AddClusterAsync();
        var host = Guid.NewGuid();
        await Panel.Deployments.TryRequestAsync(deployment.Id, [new DeploymentRequest { DeploymentId = deployment.Id, Kind = RequestKind.Skip, HostId = host, By = "admin", At = Sample.Noon }], TestPanel.Seeded, Stop);
        await FinishAsync(DeploymentStatus.Failed);
        var retry = DeploymentRequest.Retry(Sample.Attempt(deployment.Id, number: 3), "olga", Sample.Noon);

        await Panel.Deployments.RequeueAsync(deployment.Id, [retry], TestPanel.Seeded, Stop);

        var requests = await Panel.Deployments.ListRequestsAsync(deployment.Id, Stop);
        Assert.Equal([(RequestKind.Skip, host, null, null, "admin"), (RequestKind.Retry, retry.HostId, retry.Stage, 3, "olga")], requests.Select(r => (r.Kind, r.HostId, r.Stage, r.Attempt, r.By)));
        Assert.Equal(Sample.Noon, requests[1].At);
    }

    [Fact]
    public async Task TryRequest_TwoAsk_BothAreRememberedInOrder()
    {
        var (_, deployment) = await Panel.AddClusterAsync();

        Assert.True(await Panel.Deployments.TryRequestAsync(deployment.Id, [Request(deployment, RequestKind.Cancel, "first")], TestPanel.Seeded, Stop));
        Assert.True(await Panel.Deployments.TryRequestAsync(deployment.Id, [Request(deployment, RequestKind.Stop, "second")], TestPanel.Seeded, Stop));

        Assert.Equal(["first", "second"], (await Panel.Deployments.ListRequestsAsync(deployment.Id, Stop)).Select(r => r.By));
    }

    [Fact]
    public async Task TryRequest_Finished_IsNotRemembered()
    {
        var (_, deployment) = await Panel.AddClusterAsync();
        await FinishAsync(DeploymentStatus.Failed);

        Assert.False(await Panel.Deployments.TryRequestAsync(deployment.Id, [Request(deployment, RequestKind.Cancel, "late")], TestPanel.Seeded, Stop));

        Assert.Empty(await Panel.Deployments.ListRequestsAsync(deployment.Id, Stop));
    }

    private static DeploymentRequest Request(Deployment deployment, RequestKind kind, string by) =>
        new() { DeploymentId = deployment.Id, Kind = kind, By = by, At = Sample.Noon };

    private async Task FinishAsync(DeploymentStatus status)
    {
        var lease = (await Panel.Deployments.ClaimAsync("me", Stop))!;
        await (status == DeploymentStatus.Succeeded
            ? Panel.Deployments.SucceedAsync(lease, (await Panel.Clusters.FindAsync(lease.ClusterId, Stop))!.Spec, null, Stop)
            : Panel.Deployments.FinishAsync(lease, status, "reason", Stop));
    }

    private async Task<Cluster> MakeClusterAsync(string? name = null)
    {
        var package = Sample.Package();
        await Panel.Packages.AddAsync(package, TestPanel.Seeded, Stop);
        return Sample.Cluster(package, await Panel.AddHostsAsync(2), name);
    }

    private Task CreateAsync(Cluster cluster) => Panel.Deployments.CreateClusterAsync(cluster, Sample.Deployment(cluster), Sample.Plan(cluster), TestPanel.Seeded, Stop);
}
