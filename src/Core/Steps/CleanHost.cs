using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Deployments;
using ClusterPanel.Core.Hosts;

namespace ClusterPanel.Core.Steps;

/// <summary>
/// Gives a host back as it was before the panel's first change: Kubernetes reset, what the panel and the cluster put there removed, what
/// was there before restored from the record, and looked at afterwards. A host that is not the cluster's, or was installed anew since, is left alone.
/// </summary>
public sealed class CleanHost : IStep
{
    /// <inheritdoc/>
    public string Key => "clean-host";

    /// <inheritdoc/>
    public string Title => "Clean hosts";

    /// <inheritdoc/>
    public IReadOnlyList<PlannedCommand> Commands(PlanInput input, ClusterMember target) =>
    [
        ClaimHost.Owner,
        HostRecord.Machine,
        HostRecord.Look,
        HostRecord.Restore,
        PlannedCommand.Look("left", "List what is left of the cluster on the host", HostCleaning.Left(input.Spec)) with { Timeout = TimeSpan.FromMinutes(2) },
        PlannedCommand.Detached("reset", "Stop kubelet and the containers, and undo kubeadm's work (kubeadm reset, without its etcd and cluster phases)", HostCleaning.Reset(input.Spec.Version), 10),
        PlannedCommand.Detached("undo", "Remove what the cluster left: load balancer, interfaces, routes, rules, programs, folders; restore what was there before", HostCleaning.Undo(input.Spec), 10),
        PlannedCommand.Look("differences", "Compare the host with how it was", HostCleaning.Differences) with { Timeout = TimeSpan.FromMinutes(2) },
        PlannedCommand.Change("forget", "Remove the panel's own folder: the host is free", $"rm -rf {HostDirectories.Root}\nsystemctl reset-failed 'clusterpanel-*' 2>/dev/null || :"),
    ];

    /// <inheritdoc/>
    public async Task RunAsync(StepContext context, CancellationToken cancellationToken)
    {
        var record = await context.OpenHostRecordAsync(cancellationToken);
        var owner = await context.ReadAsync("owner", cancellationToken);
        if (owner.Length > 0 ? !context.IsOurs(owner) : record is null)
        {
            await context.SayAsync(owner.Length > 0 ? "It belongs to another panel or cluster: left alone." : "Nothing of the cluster is on it: left alone.", cancellationToken);
            return;
        }

        if (owner.Length == 0 && record is not null && HostRecord.IsOfAnotherMachine(record, await context.ReadAsync("machine", cancellationToken)))
        {
            await context.SayAsync("It was installed anew since the panel changed it, so nothing of the cluster is on it: left alone.", cancellationToken);
            return;
        }

        if (owner.Length == 0 && (await LeftAsync(context, cancellationToken)).Count == 0)
        {
            await context.SayAsync("It is clean.", cancellationToken);
            return;
        }

        if (await context.ReadAsync("record", cancellationToken) == "missing")
        {
            if (record is null)
            {
                // The record is made before the first change: without one there was none, and nothing to compare with.
                await context.SayAsync("The panel had only just marked it as its own.", cancellationToken);
                await context.ChangeAsync("forget", cancellationToken);
                return;
            }

            await context.ChangeAsync("restore-record", cancellationToken, input: record);
        }

        foreach (var line in await LeftAsync(context, cancellationToken))
        {
            await context.SayAsync($"To be undone: {line}", cancellationToken);
        }

        await context.DetachedAsync("reset", cancellationToken);
        await context.DetachedAsync("undo", cancellationToken);
        await VerifyAsync(context, cancellationToken);

        // With both records gone a further run leaves the host alone: what its owner does to it from now on is not undone.
        await context.DropHostRecordAsync(cancellationToken);
        await context.ChangeAsync("forget", cancellationToken);
    }

    private static async Task<IReadOnlyList<string>> LeftAsync(StepContext context, CancellationToken cancellationToken) =>
        HostCleaning.ParseLeft((await context.FetchAsync("left", cancellationToken)).Output);

    private static async Task VerifyAsync(StepContext context, CancellationToken cancellationToken)
    {
        var left = await LeftAsync(context, cancellationToken);
        if (left.Count > 0)
        {
            // The next try undoes again, instead of taking these runs for its own.
            await context.ForgetDetachedAsync("reset", cancellationToken);
            await context.ForgetDetachedAsync("undo", cancellationToken);
            throw new CommandFailedException(context.Target.HostName, "The host is not clean yet", 1, left);
        }

        foreach (var line in (await context.FetchAsync("differences", cancellationToken)).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            await context.SayAsync($"Differs from how it was: {line}", cancellationToken);
        }
    }
}
