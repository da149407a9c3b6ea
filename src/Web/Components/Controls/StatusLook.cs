using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Deployments;
using ClusterPanel.Core.Hosts;
using ClusterPanel.Core.Preflight;
using MudBlazor;

namespace ClusterPanel.Web.Components.Controls;

/// <summary>How a state is shown: a word, a shape and a colour.</summary>
public sealed record StatusLook(string Text, string Icon, Tone Tone)
{
    public static StatusLook Of(DeploymentStatus status) => status switch
    {
        DeploymentStatus.Queued => new("Queued", Icons.Material.Outlined.Schedule, Tone.Idle),
        DeploymentStatus.Running => new("Running", Icons.Material.Outlined.PlayCircle, Tone.Run),
        DeploymentStatus.Succeeded => new("Succeeded", Icons.Material.Filled.CheckCircle, Tone.Ok),
        DeploymentStatus.Failed => new("Failed", Icons.Material.Filled.Report, Tone.Bad),
        DeploymentStatus.Canceled => new("Canceled", Icons.Material.Filled.StopCircle, Tone.Warn),
        DeploymentStatus.Interrupted => new("Interrupted", Icons.Material.Filled.Warning, Tone.Warn),
        _ => throw new ArgumentOutOfRangeException(nameof(status)),
    };

    public static StatusLook Of(StepStatus status) => status switch
    {
        StepStatus.Pending => new("Pending", Icons.Material.Outlined.RadioButtonUnchecked, Tone.Idle),
        StepStatus.Running => new("Running", Icons.Material.Outlined.PlayCircle, Tone.Run),
        StepStatus.Succeeded => new("Succeeded", Icons.Material.Filled.CheckCircle, Tone.Ok),
        StepStatus.Skipped => new("Skipped", Icons.Material.Outlined.SkipNext, Tone.Idle),
        StepStatus.Failed => new("Failed", Icons.Material.Filled.Report, Tone.Bad),
        StepStatus.Canceled => new("Canceled", Icons.Material.Filled.StopCircle, Tone.Warn),
        _ => throw new ArgumentOutOfRangeException(nameof(status)),
    };

    public static StatusLook Of(Verdict verdict) => verdict switch
    {
        Verdict.Ok => new("Fine", Icons.Material.Filled.CheckCircle, Tone.Ok),
        Verdict.Warning => new("Warning", Icons.Material.Filled.Warning, Tone.Warn),
        Verdict.Failed => new("Failed", Icons.Material.Filled.Report, Tone.Bad),
        _ => throw new ArgumentOutOfRangeException(nameof(verdict)),
    };

    /// <summary>A cluster that is being made looks like its newest deployment.</summary>
    public static StatusLook Of(Cluster cluster, Deployment? newest) => cluster.Status switch
    {
        ClusterStatus.Ready => new("Ready", Icons.Material.Filled.CheckCircle, Tone.Ok),
        ClusterStatus.Creating when newest is { IsFinished: true } => Of(newest.Status) with { Text = "Not finished" },
        ClusterStatus.Creating => new("Being created", Icons.Material.Outlined.PlayCircle, Tone.Run),
        ClusterStatus.Resetting when newest is { IsFinished: true } => Of(newest.Status) with { Text = "Reset not finished" },
        ClusterStatus.Resetting => new("Being reset", Icons.Material.Outlined.PlayCircle, Tone.Run),
        ClusterStatus.Removed => new("Reset", Icons.Material.Outlined.RemoveCircleOutline, Tone.Idle),
        _ => throw new ArgumentOutOfRangeException(nameof(cluster)),
    };

    public static StatusLook Of(NodeState node) => node.Ready switch
    {
        true when node.Schedulable => new("Ready", Icons.Material.Filled.CheckCircle, Tone.Ok),
        true => new("Ready, cordoned", Icons.Material.Filled.Block, Tone.Warn),
        false => new("Not ready", Icons.Material.Filled.Report, Tone.Bad),
        null => new("Unknown", Icons.Material.Filled.Help, Tone.Warn),
    };

    public static StatusLook Of(Host host) => host.Condition() switch
    {
        HostCondition.KeyChanged => new("Key changed", Icons.Material.Filled.GppBad, Tone.Bad),
        HostCondition.KeyNotRead => new("No key read", Icons.Material.Filled.Warning, Tone.Warn),
        HostCondition.WaitsForApproval => new("Approve key", Icons.Material.Outlined.Fingerprint, Tone.Warn),
        HostCondition.Failing => new("Failing", Icons.Material.Filled.Report, Tone.Bad),
        HostCondition.NoFacts => new("Not probed", Icons.Material.Outlined.RadioButtonUnchecked, Tone.Idle),
        HostCondition.Usable => new("Usable", Icons.Material.Filled.CheckCircle, Tone.Ok),
        _ => throw new ArgumentOutOfRangeException(nameof(host)),
    };
}
