using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Deployments;
using ClusterPanel.Core.Hosts;

namespace ClusterPanel.Core.Steps;

/// <summary>
/// Takes a host for the cluster: the fence writes the owner, and how the host is before the first change is recorded, on the host
/// and in the panel. A host that holds somebody else's Kubernetes is refused, and so is one that another panel or cluster has marked as
/// its own, until an administrator takes it over.
/// </summary>
public sealed class ClaimHost : IStep
{
    /// <inheritdoc/>
    public string Key => "claim-host";

    /// <inheritdoc/>
    public string Title => "Take charge of the hosts";

    /// <summary>The look at the fence's mark: panel, cluster and last writer with blanks between them, or nothing.</summary>
    internal static PlannedCommand Owner => PlannedCommand.Look("owner", "Look which panel and cluster the host belongs to", $"cut -d ' ' -f 1,2,4 {HostDirectories.Root}/lease 2>/dev/null || :");

    /// <inheritdoc/>
    public IReadOnlyList<PlannedCommand> Commands(PlanInput input, ClusterMember target) =>
    [
        Owner,
        PlannedCommand.Look("leftover", "Look whether the host holds a Kubernetes", $$"""
            for f in {{string.Join(' ', HostFactsScript.LeftoverPaths)}}; do
              if [ -e "$f" ]; then echo "$f"; exit 0; fi
            done
            """),
        PlannedCommand.Change("take-over", "Take the host over from another panel or cluster (only when an administrator asked for it)", ":"),
        HostRecord.Machine,
        HostRecord.Look,
        HostRecord.Restore,
        PlannedCommand.Change("claim", "Note on the host which cluster it belongs to, and record how it is before the first change", HostRecord.Make) with { Timeout = TimeSpan.FromMinutes(2) },
        PlannedCommand.Look("read-record", "Read that record, to be stored encrypted in the panel", HostRecord.Pack),
    ];

    /// <inheritdoc/>
    public async Task RunAsync(StepContext context, CancellationToken cancellationToken)
    {
        var owner = await context.ReadAsync("owner", cancellationToken);
        var foreign = owner.Length > 0 && !context.IsOurs(owner);
        var whose = foreign ? Describe(owner.Split(' ')) : "";
        var leftover = owner.Length > 0 && !foreign ? "" : await context.ReadAsync("leftover", cancellationToken);
        if (leftover.Length > 0)
        {
            throw new CommandFailedException(context.Target.HostName, "The host is not free", 1,
                [$"there is {leftover} of {(foreign ? "another panel's cluster" : "an earlier Kubernetes")}. Clean the host (kubeadm reset, then remove that file) and retry"], FailureKind.Configuration);
        }

        if (foreign)
        {
            var user = context.TakenOverBy ?? throw new CommandFailedException(context.Target.HostName, "The host is not free", Fence.Foreign,
                [$"it belongs to {whose}. Remove it there, or let an administrator take it over"], FailureKind.Foreign);
            await context.SayAsync($"Taken over by {user} from {whose}.", cancellationToken);
            await context.TakeOverAsync("take-over", cancellationToken);
        }

        // A second record would take what the panel has changed for what was there before.
        var record = await context.OpenHostRecordAsync(cancellationToken);
        if (record is not null && await context.ReadAsync("record", cancellationToken) == "missing")
        {
            if (HostRecord.IsOfAnotherMachine(record, await context.ReadAsync("machine", cancellationToken)))
            {
                await context.SayAsync("It was installed anew since the panel recorded how it was: a new record is made.", cancellationToken);
                record = null;
            }
            else
            {
                await context.ChangeAsync("restore-record", cancellationToken, input: record);
            }
        }

        // Also when it is ours already: the fence inside raises the token the host has seen.
        await context.ChangeAsync("claim", cancellationToken);
        if (record is null)
        {
            await context.SaveHostRecordAsync((await context.FetchAsync("read-record", cancellationToken)).RawOutput, cancellationToken);
        }
    }

    private static string Describe(string[] mark) =>
        $"cluster {mark.ElementAtOrDefault(1)} of panel {mark[0]}{(mark.Length > 2 ? $", last written by {mark[2]}" : "")}";
}
