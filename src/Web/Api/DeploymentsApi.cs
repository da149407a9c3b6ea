using ClusterPanel.Core.Access;
using ClusterPanel.Core.Deployments;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ClusterPanel.Web.Api;

/// <summary>Deployments: how far they are, their logs, and what is asked of them.</summary>
internal static class DeploymentsApi
{
    /// <summary>A deployment.</summary>
    /// <param name="Id">Identity.</param>
    /// <param name="ClusterId">Its cluster.</param>
    /// <param name="Cluster">Its cluster's name.</param>
    /// <param name="Kind">What it does.</param>
    /// <param name="Status">Queued, Running, Succeeded, Failed, Canceled or Interrupted.</param>
    /// <param name="Finished">True when it does not run and will not by itself.</param>
    /// <param name="Reason">Why it is as it is, or null.</param>
    /// <param name="CreatedBy">Who asked for it.</param>
    /// <param name="CreatedAt">When.</param>
    /// <param name="StartedAt">When work began.</param>
    /// <param name="EndedAt">When it ended.</param>
    internal sealed record DeploymentAnswer(
        Guid Id, Guid ClusterId, string Cluster, DeploymentKind Kind, DeploymentStatus Status, bool Finished, string? Reason, string CreatedBy, DateTimeOffset CreatedAt, DateTimeOffset? StartedAt, DateTimeOffset? EndedAt);

    /// <summary>A stage on a host.</summary>
    /// <param name="Stage">Key of the stage.</param>
    /// <param name="Host">The host.</param>
    /// <param name="Status">Of the last attempt, or null before the first.</param>
    /// <param name="Attempts">How many there were.</param>
    /// <param name="Activity">What it does or waits for.</param>
    /// <param name="Error">Why the last attempt failed.</param>
    /// <param name="Failure">The same with the command, its exit code and last lines, and what was collected on the host.</param>
    internal sealed record CellAnswer(string Stage, string Host, StepStatus? Status, int Attempts, string? Activity, string? Error, StepFailure? Failure);

    /// <summary>One of the deployment's hosts.</summary>
    /// <param name="Host">By identity or name; without it all that failed.</param>
    internal sealed record OneHost(string? Host);

    /// <summary>Lines of a log.</summary>
    /// <param name="Lines">In order.</param>
    /// <param name="Next">Send it as "after" for those that follow.</param>
    /// <param name="Finished">True when the deployment has ended: no lines follow.</param>
    internal sealed record LogAnswer(IReadOnlyList<LogLine> Lines, long Next, bool Finished);

    public static void Map(RouteGroupBuilder group)
    {
        group.MapGet("", ListAsync).WithSummary("Deployments, newest first");
        group.MapGet("/{id:guid}", FindAsync).WithSummary("One deployment");
        group.MapGet("/{id:guid}/plan", PlanAsync).WithSummary("Its plan, as it was confirmed");
        group.MapGet("/{id:guid}/stages", StagesAsync).WithSummary("Stages × hosts");
        group.MapGet("/{id:guid}/logs", LogsAsync).WithSummary("Lines of its log after a number");
        group.MapPost("/{id:guid}/cancel", CancelAsync).WithSummary("Stop: no new work begins, commands on hosts are let end");
        group.MapPost("/{id:guid}/stop", StopAsync).WithSummary("Stop the commands on hosts as well");
        group.MapPost("/{id:guid}/resume", ResumeAsync).WithSummary("Continue a stopped deployment");
        group.MapPost("/{id:guid}/retry", RetryAsync).WithSummary("Try what failed again, on one host or on all");
        group.MapPost("/{id:guid}/skip", SkipAsync).WithSummary("Go on without a worker");
        group.MapPost("/{id:guid}/take-over", TakeOverAsync).WithSummary("Take over a host that another panel has marked as its own").WithMetadata(new NeedsRole(Role.Administrator));
    }

    /// <summary>202 with the deployment that was begun.</summary>
    public static Accepted<DeploymentAnswer> Accepted(Deployment deployment) => TypedResults.Accepted($"{ApiRoutes.Root}/deployments/{deployment.Id}", Answer(deployment));

    private static async Task<Page<DeploymentAnswer>> ListAsync(Guid? cluster, int? skip, int? take, DeploymentService deployments, CancellationToken stop) =>
        Page<DeploymentAnswer>.Of(await deployments.ListAsync(cluster, 10_000, stop), skip, take, Answer);

    private static async Task<DeploymentAnswer> FindAsync(Guid id, DeploymentService deployments, CancellationToken stop) => Answer(await RequireAsync(id, deployments, stop));

    private static async Task<PlanAnswer> PlanAsync(Guid id, DeploymentService deployments, CancellationToken stop)
    {
        var deployment = await RequireAsync(id, deployments, stop);
        return PlanAnswer.Of(new PlanPreview(await deployments.ReadPlanAsync(id, stop)), deployment.ClusterId);
    }

    private static async Task<IReadOnlyList<CellAnswer>> StagesAsync(Guid id, DeploymentService deployments, CancellationToken stop)
    {
        await RequireAsync(id, deployments, stop);
        return Cells(await deployments.ReadPlanAsync(id, stop), await deployments.ListAttemptsAsync(id, stop));
    }

    private static async Task<LogAnswer> LogsAsync(Guid id, long? after, int? take, string? host, string? stage, string? search, DeploymentService deployments, CancellationToken stop)
    {
        // Looked at before the lines are read, so that none is missed by whoever stops at the end.
        var finished = (await RequireAsync(id, deployments, stop)).IsFinished;
        var most = take ?? 1000;
        var lines = await deployments.ReadLogAsync(id, new LogQuery(after ?? 0, most) { Host = host, Stage = stage, Search = search }, stop);
        return new LogAnswer(lines, lines.Count > 0 ? lines[^1].Sequence : after ?? 0, finished && lines.Count < most);
    }

    private static Task<Accepted<DeploymentAnswer>> CancelAsync(Guid id, DeploymentService deployments, CancellationToken stop) =>
        AskAsync(id, deployments, (_, _) => deployments.CancelAsync(id, stop), stop);

    private static Task<Accepted<DeploymentAnswer>> StopAsync(Guid id, DeploymentService deployments, CancellationToken stop) =>
        AskAsync(id, deployments, (_, _) => deployments.StopAsync(id, stop), stop);

    private static Task<Accepted<DeploymentAnswer>> ResumeAsync(Guid id, DeploymentService deployments, CancellationToken stop) =>
        AskAsync(id, deployments, (_, _) => deployments.RetryAsync(id, null, stop), stop);

    private static Task<Accepted<DeploymentAnswer>> RetryAsync(Guid id, OneHost? body, DeploymentService deployments, CancellationToken stop) =>
        AskAsync(id, deployments, (plan, _) => deployments.RetryAsync(id, body?.Host is { } host ? Member(plan, host) : null, stop), stop);

    private static Task<Accepted<DeploymentAnswer>> SkipAsync(Guid id, OneHost body, DeploymentService deployments, CancellationToken stop) =>
        AskAsync(id, deployments, (plan, _) => deployments.SkipAsync(id, Member(plan, body.Host), stop), stop);

    private static Task<Accepted<DeploymentAnswer>> TakeOverAsync(Guid id, OneHost body, DeploymentService deployments, CancellationToken stop) =>
        AskAsync(id, deployments, (plan, _) => deployments.TakeOverAsync(id, Member(plan, body.Host), stop), stop);

    private static async Task<Accepted<DeploymentAnswer>> AskAsync(Guid id, DeploymentService deployments, Func<Plan, Deployment, Task> ask, CancellationToken stop)
    {
        var deployment = await RequireAsync(id, deployments, stop);
        await ask(await deployments.ReadPlanAsync(id, stop), deployment);
        return Accepted(await RequireAsync(id, deployments, stop));
    }

    private static Guid Member(Plan plan, string? name) =>
        plan.Members().FirstOrDefault(m => m.HostId.ToString() == name || m.HostName == name)?.HostId ?? throw new Core.InvalidInputException("host", $"\"{Core.InputText.Shown(name)}\" is no host of this deployment.");

    private static async Task<Deployment> RequireAsync(Guid id, DeploymentService deployments, CancellationToken stop) =>
        await deployments.FindAsync(id, stop) ?? throw new KeyNotFoundException("There is no such deployment.");

    /// <summary>Every stage on every host.</summary>
    public static IReadOnlyList<CellAnswer> Cells(Plan plan, IReadOnlyList<Attempt> attempts)
    {
        var last = Attempt.Last(attempts).ToDictionary(a => (a.Stage, a.HostId));
        return
        [
            .. plan.Stages.SelectMany(s => s.Hosts.Select(h =>
            {
                var attempt = last.GetValueOrDefault((s.Key, h.Member.HostId));
                return new CellAnswer(s.Key, h.Member.HostName, attempt?.Status, attempt?.Number ?? 0, attempt?.Activity, attempt?.Failure?.Message, attempt?.Failure);
            })),
        ];
    }

    /// <summary>A deployment as programs see it.</summary>
    public static DeploymentAnswer Answer(Deployment d) =>
        new(d.Id, d.ClusterId, d.ClusterName, d.Kind, d.Status, d.IsFinished, d.Reason, d.CreatedBy, d.CreatedAt, d.StartedAt, d.EndedAt);
}
