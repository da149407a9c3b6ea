using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Deployments;
using ClusterPanel.Web.Feeds;

namespace ClusterPanel.Web.Components.Pages.Deployments;

/// <summary>A deployment as stages × hosts: the plan with what its attempts have reached.</summary>
public sealed class DeploymentGrid
{
    private readonly Dictionary<(string, Guid), GridCell> _cells = [];
    private Plan? _plan;

    public static DeploymentGrid Empty { get; } = new();

    public IReadOnlyList<Stage> Stages { get; private init; } = [];

    /// <summary>Tells whether the deployment can go on without a host.</summary>
    public bool MayBeLeftOut(ClusterMember host) => _plan?.MayBeLeftOut(host, s => Cell(s, host)?.Status == StepStatus.Succeeded) == true;

    /// <summary>The host that comes in the place of one that leaves, or null.</summary>
    public ClusterMember? Added => Hosts.Any(IsLeaving) ? _plan?.Joining().FirstOrDefault() : null;

    /// <summary>Every host of the plan, in the plan's order: masters first.</summary>
    public IReadOnlyList<ClusterMember> Hosts { get; private init; } = [];

    public IReadOnlyList<GridCell> Running => [.. _cells.Values.Where(c => c.Status == StepStatus.Running)];

    public IReadOnlyList<GridCell> Failed => [.. _cells.Values.Where(c => c.Status == StepStatus.Failed && !c.Stage.Optional)];

    /// <summary>What was not done and need not be: a warning.</summary>
    public IReadOnlyList<GridCell> Warned => [.. _cells.Values.Where(c => c.Status == StepStatus.Failed && c.Stage.Optional)];

    public static DeploymentGrid Of(DeploymentSnapshot snapshot)
    {
        var grid = new DeploymentGrid
        {
            Stages = snapshot.Plan.Stages,
            _plan = snapshot.Plan,
            Hosts = [.. snapshot.Plan.Members().OrderBy(m => m.Role)],
        };
        var latest = Attempt.Last(snapshot.Attempts).ToDictionary(a => (a.Stage, a.HostId));
        foreach (var stage in snapshot.Plan.Stages)
        {
            foreach (var host in stage.Hosts)
            {
                var key = (stage.Key, host.Member.HostId);
                grid._cells[key] = new GridCell(stage, host.Member, latest.GetValueOrDefault(key));
            }
        }

        return grid;
    }

    /// <summary>A stage on a host, or null when the stage does not concern it.</summary>
    public GridCell? Cell(Stage stage, ClusterMember host) => _cells.GetValueOrDefault((stage.Key, host.HostId));

    /// <summary>Tells whether a host that leaves is a node as before when it is left out now.</summary>
    public bool RemainsWhenLeftOut(ClusterMember host) => _plan?.RemainsWhenLeftOut(host, s => Cell(s, host)?.Status == StepStatus.Succeeded) == true;

    /// <summary>Tells whether a host is no member any more when the plan has been run.</summary>
    public bool IsLeaving(ClusterMember host) => _plan?.IsLeaving(host) == true;

    /// <summary>How many hosts of a stage are done, with those that need not be.</summary>
    public int Done(Stage stage) => stage.Hosts.Count(h => _cells[(stage.Key, h.Member.HostId)].Status is { } status && (status is StepStatus.Succeeded or StepStatus.Skipped || (status == StepStatus.Failed && stage.Optional)));
}
