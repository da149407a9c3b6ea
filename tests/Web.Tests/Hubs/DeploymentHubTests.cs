using ClusterPanel.Core.Deployments;
using ClusterPanel.Core.Hosts;
using ClusterPanel.Web.Feeds;
using ClusterPanel.Web.Hubs;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;

namespace ClusterPanel.Web.Tests.Hubs;

public sealed class DeploymentHubTests : WebTestContext
{
    [Fact]
    public async Task Follow_AllThatWasWritten_ComesOnceAndInOrder()
    {
        var (_, deployment, plan) = await AddDeploymentAsync();
        Write(deployment, plan, 25_000);
        var following = FollowAsync(deployment.Id, 0);
        await UntilAsync(() => Assert.Contains(following.News, n => n.Lines.Any(l => l.Sequence == 25_000)));

        Write(deployment, plan, 10);
        Deployments.Set(deployment.Id, DeploymentStatus.Succeeded);
        await UntilAsync(() => Assert.True(following.Task.IsCompleted));
        await following.Task;

        Assert.Equal(Enumerable.Range(1, 25_010).Select(i => (long)i), following.News.SelectMany(n => n.Lines).Select(l => l.Sequence));
        Assert.Equal(DeploymentStatus.Succeeded, following.News[^1].Deployment!.Status);
    }

    [Fact]
    public async Task Follow_AfterALine_BeginsWithTheNext()
    {
        var (_, deployment, plan) = await AddDeploymentAsync();
        Write(deployment, plan, 20);
        Deployments.Set(deployment.Id, DeploymentStatus.Failed);
        var following = FollowAsync(deployment.Id, 15);
        await UntilAsync(() => Assert.True(following.Task.IsCompleted));

        Assert.Equal([16L, 17, 18, 19, 20], following.News.SelectMany(n => n.Lines).Select(l => l.Sequence));
    }

    [Fact]
    public async Task Follow_StageChanges_SendsOnlyThatStage()
    {
        var (_, deployment, plan) = await AddDeploymentAsync();
        Deployments.Set(deployment.Id, DeploymentStatus.Running);
        var following = FollowAsync(deployment.Id, 0);
        await UntilAsync(() => Assert.NotEmpty(following.News));
        var (stage, member) = (plan.Stages[0], plan.Stages[0].Hosts[0].Member);

        Deployments.Put(new Attempt { DeploymentId = deployment.Id, Stage = stage.Key, HostId = member.HostId, Number = 1, StartedAt = Time.GetUtcNow() });
        Write(deployment, plan, 1);
        await UntilAsync(() => Assert.Equal(2, following.News.Count(n => n.Deployment is not null)));

        Assert.Equal(plan.Stages.Sum(s => s.Hosts.Count), following.News.First(n => n.Deployment is not null).Stages.Count);
        var changed = Assert.Single(following.News.Last(n => n.Deployment is not null).Stages);
        Assert.Equal((stage.Key, member.HostName, 1), (changed.Stage, changed.Host, changed.Attempts));
    }

    [Fact]
    public async Task Follow_UnknownDeployment_IsTold()
    {
        var following = FollowAsync(Guid.NewGuid(), 0);
        await UntilAsync(() => Assert.True(following.Task.IsCompleted));

        Assert.Equal("There is no such deployment.", (await Assert.ThrowsAsync<HubException>(() => following.Task)).Message);
    }

    [Fact]
    public async Task Follow_RightIsTakenAway_EndsWithinSeconds()
    {
        var (_, deployment, plan) = await AddDeploymentAsync();
        Deployments.Set(deployment.Id, DeploymentStatus.Running);
        var following = FollowAsync(deployment.Id, 0);
        await UntilAsync(() => Assert.NotEmpty(following.News));

        Access.Refuse = true;
        Time.Advance(TimeSpan.FromSeconds(6));
        Write(deployment, plan, 1);
        await UntilAsync(() => Assert.True(following.Task.IsCompleted));

        await Assert.ThrowsAsync<HubException>(() => following.Task);
        Assert.DoesNotContain(following.News, n => n.Lines.Count > 0);
    }

    private void Write(Deployment deployment, Plan plan, int lines) =>
        Deployments.Write(deployment.Id, plan.Stages[0].Key, "master1", LineSource.Output, [.. Enumerable.Range(1, lines).Select(i => $"line {i}")]);

    private (List<DeploymentNews> News, Task Task) FollowAsync(Guid id, long after)
    {
        var news = new List<DeploymentNews>();
        return (news, Task.Run(async () =>
        {
            using var hub = new DeploymentHub(Services.GetRequiredService<DeploymentFeed>(), Services.GetRequiredService<DeploymentService>(), Access, Time);
            await foreach (var item in hub.Follow(id, after, Token))
            {
                lock (news)
                {
                    news.Add(item);
                }
            }
        }));
    }
}
