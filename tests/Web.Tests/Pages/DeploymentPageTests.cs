using Bunit;
using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Deployments;
using ClusterPanel.Core.Hosts;
using ClusterPanel.Web.Components.Pages.Deployments;
using ClusterPanel.Web.Feeds;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace ClusterPanel.Web.Tests.Pages;

public sealed class DeploymentPageTests : WebTestContext
{
    [Theory]
    [InlineData(DeploymentStatus.Queued, "Cancel")]
    [InlineData(DeploymentStatus.Running, "Cancel")]
    [InlineData(DeploymentStatus.Succeeded, null)]
    [InlineData(DeploymentStatus.Failed, "Retry")]
    [InlineData(DeploymentStatus.Canceled, "Resume")]
    [InlineData(DeploymentStatus.Interrupted, "Retry")]
    public async Task Page_Status_DecidesTheButtons(DeploymentStatus status, string? button)
    {
        var (_, deployment, _) = await AddDeploymentAsync();
        Deployments.Set(deployment.Id, status);

        var page = await OpenAsync(deployment.Id);

        Assert.Equal(button is null ? [] : [button], page.FindAll(".page-actions button").Select(b => b.TextContent.Trim()));
    }

    [Fact]
    public async Task Page_UnknownDeployment_SaysSo()
    {
        var page = Render<DeploymentPage>(p => p.Add(c => c.Id, Guid.NewGuid()));

        await UntilAsync(() => Assert.Contains("There is no such deployment", page.Markup, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Page_StandInCluster_IsLabelled()
    {
        var (_, deployment, _) = await AddDeploymentAsync(standIn: true);

        var page = await OpenAsync(deployment.Id);

        Assert.Contains("Stand-in: not Kubernetes", page.Find("header.page-head").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Grid_Attempts_ShowStateDurationAndNumberOfTheNewest()
    {
        var (_, deployment, plan) = await AddDeploymentAsync();
        Deployments.Set(deployment.Id, DeploymentStatus.Running);
        var (stage, host) = (plan.Stages[0], plan.Stages[0].Hosts[0].Member);
        Deployments.Put(Attempt(deployment, stage, host.HostId, 1, StepStatus.Failed));
        Deployments.Put(Attempt(deployment, stage, host.HostId, 2, StepStatus.Succeeded));

        var page = await OpenAsync(deployment.Id);

        var cell = page.Find($"button.cell[aria-label='{stage.Title} on {host.HostName}: Succeeded, 4.0 s, attempt 2']");
        Assert.Contains("try 2", cell.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_RunningStep_TellsWhatItWaitsFor()
    {
        var (_, deployment, plan) = await AddDeploymentAsync();
        Deployments.Set(deployment.Id, DeploymentStatus.Running);
        Deployments.Put(new Attempt
        {
            DeploymentId = deployment.Id,
            Stage = plan.Stages[0].Key,
            HostId = plan.Stages[0].Hosts[0].Member.HostId,
            Number = 1,
            StartedAt = Time.GetUtcNow(),
            Activity = "waits for the kubelet",
        });

        var page = await OpenAsync(deployment.Id);

        Assert.Contains("waits for the kubelet", page.Find("section[aria-label='Running now']").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_ManyHostsWaitEachForItsOwn_ShowsTheFirstAndHowManyMore()
    {
        var (_, deployment, plan) = await AddDeploymentAsync();
        Deployments.Set(deployment.Id, DeploymentStatus.Running);
        foreach (var (stage, host, number) in plan.Stages.SelectMany(s => s.Hosts.Select(h => (s, h.Member.HostId))).Take(11).Select((x, i) => (x.s, x.HostId, i)))
        {
            Deployments.Put(new Attempt { DeploymentId = deployment.Id, Stage = stage.Key, HostId = host, Number = 1, StartedAt = Time.GetUtcNow(), Activity = $"waits for {number}" });
        }

        var page = await OpenAsync(deployment.Id);

        var running = page.Find("section[aria-label='Running now']").TextContent;
        Assert.Contains("waits for 7", running, StringComparison.Ordinal);
        Assert.DoesNotContain("waits for 8", running, StringComparison.Ordinal);
        Assert.Contains("… and 3 more", running, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_Failure_SaysWhatWhereWhyAndWhatNext()
    {
        var (_, deployment, plan) = await AddDeploymentAsync();
        var (stage, host) = (plan.Stages[0], plan.Stages[0].Hosts[0].Member);
        var failed = Attempt(deployment, stage, host.HostId, 1, StepStatus.Failed);
        failed.Failure = new StepFailure(FailureKind.Permanent, "It did not work.")
        {
            Command = "Set kernel parameters",
            ExitCode = 3,
            LastLines = ["<b>last</b> line"],
            Evidence = [new("journal of kubelet", "<script>alert(1)</script>")],
        };
        Deployments.Put(failed);
        Deployments.Set(deployment.Id, DeploymentStatus.Failed, "It did not work.");

        var page = await OpenAsync(deployment.Id);

        var panel = page.Find($"section[aria-label='Failure on {host.HostName}']");
        Assert.Contains("Set kernel parameters", panel.TextContent, StringComparison.Ordinal);
        Assert.Contains("Exit code3", panel.TextContent, StringComparison.Ordinal);
        Assert.Equal("<b>last</b> line", page.Find("pre[aria-label='Last lines']").TextContent);
        Assert.Contains("then try again", panel.TextContent, StringComparison.Ordinal);
        page.FindAll(".evidence > .disclosure")[0].Click();
        Assert.Equal("<script>alert(1)</script>", page.Find("pre[aria-label='journal of kubelet']").TextContent);
    }

    [Fact]
    public async Task Log_LinesWhileWatching_AppearOnceAndInOrder()
    {
        var (_, deployment, plan) = await AddDeploymentAsync();
        Write(deployment, plan, "one", "two");
        var page = await OpenAsync(deployment.Id);
        await UntilAsync(() => Assert.Equal(["one", "two"], Texts(page)));

        Write(deployment, plan, "three");
        Write(deployment, plan, "four");

        await UntilAsync(() => Assert.Equal(["one", "two", "three", "four"], Texts(page)));
    }

    [Fact]
    public async Task Log_ManyLinesAtOnce_AreFewRenders()
    {
        var (_, deployment, plan) = await AddDeploymentAsync();
        Deployments.Set(deployment.Id, DeploymentStatus.Failed);
        var page = await OpenAsync(deployment.Id);
        var before = page.RenderCount;

        Write(deployment, plan, [.. Enumerable.Range(1, 3000).Select(i => $"line {i}")]);

        await UntilAsync(() => Assert.Equal("line 3000", Texts(page).LastOrDefault()));
        Assert.InRange(page.RenderCount - before, 1, 30);
        Assert.InRange(page.FindAll(".log-line:not(.log-head)").Count, 1, 500);
    }

    [Fact]
    public async Task Log_RemoteHtml_IsText()
    {
        var (_, deployment, plan) = await AddDeploymentAsync();
        Write(deployment, plan, "<img src=x onerror=alert(1)>");

        var page = await OpenAsync(deployment.Id);

        await UntilAsync(() => Assert.Equal(["<img src=x onerror=alert(1)>"], Texts(page)));
        Assert.Empty(page.FindAll(".log img"));
    }

    [Fact]
    public async Task Log_HostChosen_IsInTheAddressAndFiltersInTheStore()
    {
        var (_, deployment, plan) = await AddDeploymentAsync();
        Deployments.Write(deployment.Id, plan.Stages[0].Key, "master1", LineSource.Output, "of master1");
        Deployments.Write(deployment.Id, plan.Stages[0].Key, "worker1", LineSource.Output, "of worker1");
        var page = await OpenAsync(deployment.Id);

        page.Find("select[aria-label='Host']").Change("worker1");

        await UntilAsync(() => Assert.Equal(["of worker1"], Texts(page)));
        Assert.EndsWith("?host=worker1", Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal);
        Assert.Contains(Deployments.Queries, q => q.Host == "worker1");
        Assert.Equal($"/deployments/{deployment.Id}/log.txt?host=worker1", page.Find("a[download]").GetAttribute("href"));
    }

    [Fact]
    public async Task Log_FilteredAndNewLines_ShowsOnlyThoseThatMatch()
    {
        var (_, deployment, plan) = await AddDeploymentAsync();
        Write(deployment, plan, "pull image", "start");
        Services.GetRequiredService<NavigationManager>().NavigateTo($"/deployments/{deployment.Id}?q=IMAGE");
        var page = await OpenAsync(deployment.Id);
        await UntilAsync(() => Assert.Equal(["pull image"], Texts(page)));

        Write(deployment, plan, "stop", "remove image");

        await UntilAsync(() => Assert.Equal(["pull image", "remove image"], Texts(page)));
    }

    [Fact]
    public async Task Retry_TwoClicks_RequeueOnce()
    {
        var (_, deployment, _) = await AddDeploymentAsync();
        Deployments.Set(deployment.Id, DeploymentStatus.Failed, "x");
        var page = await OpenAsync(deployment.Id);

        Button(page, "Retry").Click();
        await UntilAsync(() => Assert.NotNull(Button(page, "Cancel")));

        Assert.Equal([deployment.Id], Deployments.Requeued);
    }

    [Fact]
    public async Task Cancel_Confirmed_IsRequestedInTheUsersName()
    {
        var (_, deployment, _) = await AddDeploymentAsync();
        Deployments.Set(deployment.Id, DeploymentStatus.Running);
        var dialogs = RenderDialogs();
        var page = await OpenAsync(deployment.Id);

        var click = Button(page, "Cancel").ClickAsync(new());
        dialogs.WaitForAssertion(() => Button(dialogs, "Stop deployment"));
        await Button(dialogs, "Stop deployment").ClickAsync(new());
        await click;

        Assert.Equal((RequestKind.Cancel, "maria"), Assert.Single((await Deployments.ListRequestsAsync(deployment.Id, Token)).Select(r => (r.Kind, r.By))));
        await UntilAsync(() => Assert.Contains("maria asked for a stop", page.Markup, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Cancel_SecondClick_StopsTheCommandsOnTheHosts()
    {
        var (_, deployment, _) = await AddDeploymentAsync();
        Deployments.Set(deployment.Id, DeploymentStatus.Running);
        await Services.GetRequiredService<DeploymentService>().CancelAsync(deployment.Id, Token);
        var dialogs = RenderDialogs();
        var page = await OpenAsync(deployment.Id);

        var click = Button(page, "Stop commands").ClickAsync(new());
        dialogs.WaitForAssertion(() => Button(dialogs, "Stop commands"));
        await Button(dialogs, "Stop commands").ClickAsync(new());
        await click;

        Assert.Equal([(RequestKind.Cancel, "maria"), (RequestKind.Stop, "maria")], (await Deployments.ListRequestsAsync(deployment.Id, Token)).Select(r => (r.Kind, r.By)));
        await UntilAsync(() => Assert.True(Button(page, "Stop commands").HasAttribute("disabled")));
    }

    [Fact]
    public async Task Retry_OneHost_IsAskedForThatAttemptOnly()
    {
        var (_, deployment, plan) = await AddDeploymentAsync();
        var stage = plan.Stages[0];
        Deployments.Put(Failed(deployment, stage, 0));
        Deployments.Put(Failed(deployment, stage, 1));
        Deployments.Set(deployment.Id, DeploymentStatus.Failed, "x");
        var page = await OpenAsync(deployment.Id);

        page.Find($"section[aria-label='Failure on {stage.Hosts[1].Member.HostName}']").QuerySelectorAll("button").Single(b => b.TextContent.Trim() == "Retry this host").Click();

        await UntilAsync(() => Assert.Equal([deployment.Id], Deployments.Requeued));
        Assert.Equal((RequestKind.Retry, stage.Hosts[1].Member.HostId), Assert.Single((await Deployments.ListRequestsAsync(deployment.Id, Token)).Select(r => (r.Kind, r.HostId!.Value))));
    }

    [Fact]
    public async Task Failure_OfWhatNeedNotBeDone_IsAWarningWithoutRetry()
    {
        var (_, deployment, plan) = await AddDeploymentAsync();
        var stage = plan.Stages[0] with { Optional = true };
        Deployments.Add(deployment, plan with { Stages = [stage] });
        Deployments.Put(Failed(deployment, stage, 0));
        Deployments.Set(deployment.Id, DeploymentStatus.Succeeded);

        var page = await OpenAsync(deployment.Id);

        await UntilAsync(() => Assert.Contains($"{stage.Title}: not done on {stage.Hosts[0].Member.HostName}.", page.Markup, StringComparison.Ordinal));
        Assert.Empty(page.FindAll("[role=alert]"));
        Assert.DoesNotContain("Retry this host", page.Markup, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Failure_OfADrain_TellsTheWayThatLeavesNothingBehind(bool replace)
    {
        var (cluster, deployment, _) = await AddDeploymentAsync();
        var old = cluster.Spec.ControlPlane.First();
        var added = old with { HostId = Guid.NewGuid(), HostName = "master9" };
        var drain = new Stage("drain-node", "drain-node", "Drain nodes", 1, [new StageHost(old, [])]);
        var join = new Stage("join-control-plane", "join-control-plane", "Join masters", 1, [new StageHost(added, [])]);
        var plan = new Plan("x", replace ? [drain, join] : [drain], cluster.Spec with { Members = [.. cluster.Spec.Members.Except([old]), .. replace ? [added] : Array.Empty<ClusterMember>()] });
        Deployments.Add(deployment, plan);
        Deployments.Put(Failed(deployment, drain, 0));
        Deployments.Set(deployment.Id, DeploymentStatus.Failed, "x");

        var page = await OpenAsync(deployment.Id);
        await UntilAsync(() => Assert.Contains("Let its pods go elsewhere", page.Markup, StringComparison.Ordinal));

        var ways = page.FindAll("dl.facts a").Select(a => (a.TextContent, a.GetAttribute("href"))).ToList();
        var (remove, own) = ($"/clusters/{cluster.Id}/nodes/remove", $"/clusters/{cluster.Id}");
        Assert.Equal(
            replace
                ? [("remove master9", $"{remove}?host={added.HostId}"), ($"replace {old.HostName} anew", $"/clusters/{cluster.Id}/nodes/{old.HostId}/replace"), ("the cluster's page", own)]
                : [("remove it anew", $"{remove}?host={old.HostId}"), ("the cluster's page", own)],
            ways);
    }

    [Fact]
    public async Task Skip_Worker_IsConfirmedAndShownAsLeftOut()
    {
        var (_, deployment, plan) = await AddDeploymentAsync();
        var stage = plan.Stages[0];
        var worker = stage.Hosts.Select((h, i) => (h.Member, Index: i)).First(h => h.Member.Role == NodeRole.Worker);
        Deployments.Put(Failed(deployment, stage, 0));
        Deployments.Put(Failed(deployment, stage, worker.Index));
        Deployments.Set(deployment.Id, DeploymentStatus.Failed, "x");
        var dialogs = RenderDialogs();
        var page = await OpenAsync(deployment.Id);

        var click = Button(page, "Leave this host out").ClickAsync(new());
        dialogs.WaitForAssertion(() => Button(dialogs, "Leave host out"));
        await Button(dialogs, "Leave host out").ClickAsync(new());
        await click;

        await UntilAsync(() => Assert.Contains($"Left out: {worker.Member.HostName}.", page.Markup, StringComparison.Ordinal));
    }

    private Attempt Failed(Deployment deployment, Stage stage, int host)
    {
        var attempt = Attempt(deployment, stage, stage.Hosts[host].Member.HostId, 1, StepStatus.Failed);
        attempt.Failure = new StepFailure(FailureKind.Permanent, "It did not work.");
        return attempt;
    }

    [Fact]
    public async Task Dispose_LastViewer_EndsThePolling()
    {
        var (_, deployment, _) = await AddDeploymentAsync();
        var feed = Services.GetRequiredService<DeploymentFeed>();
        await OpenAsync(deployment.Id);
        Assert.Equal(1, feed.WatchedCount);

        await DisposeComponentsAsync();

        Assert.Equal(0, feed.WatchedCount);
    }

    private async Task<IRenderedComponent<DeploymentPage>> OpenAsync(Guid id)
    {
        var page = Render<DeploymentPage>(p => p.Add(c => c.Id, id));
        await UntilAsync(() => page.Find("table[aria-label='Stages and hosts']"));
        return page;
    }

    private void Write(Deployment deployment, Plan plan, params string[] texts) =>
        Deployments.Write(deployment.Id, plan.Stages[0].Key, "master1", LineSource.Output, texts);

    private Attempt Attempt(Deployment deployment, Stage stage, Guid host, int number, StepStatus status) => new()
    {
        DeploymentId = deployment.Id,
        Stage = stage.Key,
        HostId = host,
        Number = number,
        Status = status,
        StartedAt = Time.GetUtcNow(),
        EndedAt = Time.GetUtcNow().AddSeconds(4),
    };

    private static IEnumerable<string> Texts(IRenderedComponent<DeploymentPage> page) =>
        page.FindAll(".log-line:not(.log-head) > span:last-child").Select(s => s.TextContent);
}
