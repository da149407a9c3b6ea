using ClusterPanel.Core.Deployments;

namespace ClusterPanel.Infrastructure.Tests.Persistence;

public abstract class LeaseTests(IDatabases databases) : DatabaseTests(databases)
{
    [Fact]
    public async Task Claim_NothingQueued_IsNull() => Assert.Null(await Panel.Deployments.ClaimAsync("me", Stop));

    [Fact]
    public async Task Claim_Queued_RunsAndIsNotClaimedAgain()
    {
        var (cluster, deployment) = await Panel.AddClusterAsync();

        var lease = await Panel.Deployments.ClaimAsync("me", Stop);

        Assert.Equal(new Lease(cluster.Id, deployment.Id, "me", 1), lease);
        var found = (await Panel.Deployments.FindAsync(deployment.Id, Stop))!;
        Assert.Equal(DeploymentStatus.Running, found.Status);
        Assert.NotNull(found.StartedAt);
        Assert.Null(await Panel.Deployments.ClaimAsync("other", Stop));
    }

    [Fact]
    public async Task Claim_EightAtOnce_ExactlyOneGetsIt()
    {
        await Panel.AddClusterAsync();
        await using var other = await TestPanel.StartAsync(Settings);

        var leases = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() => (i % 2 == 0 ? Panel : other).Deployments.ClaimAsync($"process-{i}", Stop))));

        Assert.Single(leases.OfType<Lease>());
    }

    [Fact]
    public async Task Claim_SeveralClustersAndProcesses_EachDeploymentIsClaimedOnce()
    {
        var wanted = new List<Guid>();
        for (var i = 0; i < 4; i++)
        {
            wanted.Add((await Panel.AddClusterAsync()).Deployment.Id);
        }

        var claimed = (await Task.WhenAll(Enumerable.Range(0, 4).Select(i => Task.Run(() => ClaimAllAsync($"process-{i}"))))).SelectMany(c => c).ToList();

        // A process may find the one candidate it chose taken and come back; nobody may get one twice.
        claimed.AddRange(await ClaimAllAsync("last"));
        Assert.Equal(wanted.Order(), claimed.Order());
    }

    [Fact]
    public async Task Claim_ExpiredLease_IsTakenOverWithAHigherToken()
    {
        await Panel.AddClusterAsync();
        var first = (await Panel.Deployments.ClaimAsync("first", Stop))!;
        var started = (await Panel.Deployments.FindAsync(first.DeploymentId, Stop))!.StartedAt;
        await Panel.ExpireLeasesAsync();

        var second = (await Panel.Deployments.ClaimAsync("second", Stop))!;

        Assert.Equal(first.DeploymentId, second.DeploymentId);
        Assert.True(second.Token > first.Token);
        Assert.Equal(started, (await Panel.Deployments.FindAsync(first.DeploymentId, Stop))!.StartedAt);
    }

    [Fact]
    public async Task Writes_AfterTakeOver_AreRefusedAndWriteNothing()
    {
        var (_, deployment) = await Panel.AddClusterAsync();
        var old = (await Panel.Deployments.ClaimAsync("first", Stop))!;
        var attempt = Sample.Attempt(deployment.Id);
        await Panel.Deployments.AddAttemptAsync(old, attempt, Stop);
        await Panel.ExpireLeasesAsync();
        var current = (await Panel.Deployments.ClaimAsync("first", Stop))!;

        attempt.Status = StepStatus.Succeeded;
        await Assert.ThrowsAsync<LeaseLostException>(() => Panel.Deployments.UpdateAttemptAsync(old, attempt, Stop));
        await Assert.ThrowsAsync<LeaseLostException>(() => Panel.Deployments.AddAttemptAsync(old, Sample.Attempt(deployment.Id), Stop));
        await Assert.ThrowsAsync<LeaseLostException>(() => Panel.Deployments.AppendLogAsync(old, 1, [Sample.Line("late")], [new StreamOffsets("unit", 1, 1)], Stop));
        await Assert.ThrowsAsync<LeaseLostException>(() => Panel.Deployments.FinishAsync(old, DeploymentStatus.Failed, "late", Stop));
        Assert.False(await Panel.Deployments.RenewAsync(old, Stop));
        await Panel.Deployments.ReleaseAsync(old, Stop);

        Assert.Equal(StepStatus.Running, Assert.Single(await Panel.Deployments.ListAttemptsAsync(deployment.Id, Stop)).Status);
        Assert.Empty(await Panel.Deployments.ReadLogAsync(deployment.Id, new LogQuery(0, 10), Stop));
        Assert.Equal(new StreamOffsets("unit", 0, 0), await Panel.Deployments.ReadOffsetsAsync(deployment.Id, "unit", Stop));
        Assert.Equal(DeploymentStatus.Running, (await Panel.Deployments.FindAsync(deployment.Id, Stop))!.Status);
        Assert.True(await Panel.Deployments.RenewAsync(current, Stop));
    }

    [Fact]
    public async Task Renew_ExpiredButNotTakenOver_IsOursAgain()
    {
        await Panel.AddClusterAsync();
        var lease = (await Panel.Deployments.ClaimAsync("me", Stop))!;
        await Panel.ExpireLeasesAsync();

        Assert.True(await Panel.Deployments.RenewAsync(lease, Stop));

        Assert.Null(await Panel.Deployments.ClaimAsync("other", Stop));
    }

    [Fact]
    public async Task Release_Held_CanBeClaimedAtOnce()
    {
        await Panel.AddClusterAsync();
        var lease = (await Panel.Deployments.ClaimAsync("me", Stop))!;

        await Panel.Deployments.ReleaseAsync(lease, Stop);

        var next = (await Panel.Deployments.ClaimAsync("other", Stop))!;
        Assert.Equal(lease.Token + 1, next.Token);
        Assert.False(await Panel.Deployments.RenewAsync(lease, Stop));
    }

    [Fact]
    public async Task Finish_Held_EndsDeploymentAndLease()
    {
        var (_, deployment) = await Panel.AddClusterAsync();
        var lease = (await Panel.Deployments.ClaimAsync("me", Stop))!;

        await Panel.Deployments.FinishAsync(lease, DeploymentStatus.Failed, "kubeadm init failed", Stop);

        var found = (await Panel.Deployments.FindAsync(deployment.Id, Stop))!;
        Assert.Equal((DeploymentStatus.Failed, "kubeadm init failed"), (found.Status, found.Reason));
        Assert.NotNull(found.EndedAt);
        Assert.False(await Panel.Deployments.RenewAsync(lease, Stop));
        await Assert.ThrowsAsync<LeaseLostException>(() => Panel.Deployments.AppendLogAsync(lease, 1, [Sample.Line("late")], [], Stop));
        Assert.Null(await Panel.Deployments.ClaimAsync("other", Stop));
    }

    [Fact]
    public async Task Claim_AfterRequeue_HasAHigherTokenThanBefore()
    {
        var (_, deployment) = await Panel.AddClusterAsync();
        var lease = (await Panel.Deployments.ClaimAsync("me", Stop))!;
        await Panel.Deployments.FinishAsync(lease, DeploymentStatus.Failed, "reason", Stop);
        await Panel.Deployments.RequeueAsync(deployment.Id, [], TestPanel.Seeded, Stop);

        Assert.Equal(lease.Token + 1, (await Panel.Deployments.ClaimAsync("me", Stop))!.Token);
    }

    [Fact]
    public async Task Finish_WhileOthersClaim_IsNeverClaimedAfterwards()
    {
        for (var i = 0; i < 10; i++)
        {
            var (cluster, deployment) = await Panel.AddClusterAsync();
            var lease = (await Panel.Deployments.ClaimAsync("me", Stop))!;
            await Panel.ExpireLeasesAsync();

            var claim = Task.Run(() => Panel.Deployments.ClaimAsync("other", Stop), Stop);
            var finish = Task.Run(() => Panel.Deployments.FinishAsync(lease, DeploymentStatus.Failed, "x", Stop), Stop);
            var lost = await Record.ExceptionAsync(() => finish);

            // Either the outcome was stored and nobody got it, or somebody got it and the outcome was refused.
            Assert.Equal(lost is LeaseLostException, await claim is not null);
            Assert.Equal(lost is null ? DeploymentStatus.Failed : DeploymentStatus.Running, (await Panel.Deployments.FindAsync(deployment.Id, Stop))!.Status);
            await Panel.ExecuteAsync($"""DELETE FROM "Clusters" WHERE "Id" = {cluster.Id}""");
        }
    }

    private async Task<List<Guid>> ClaimAllAsync(string owner)
    {
        var claimed = new List<Guid>();
        while (await Panel.Deployments.ClaimAsync(owner, Stop) is { } lease)
        {
            claimed.Add(lease.DeploymentId);
        }

        return claimed;
    }
}
