using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Deployments;
using ClusterPanel.Web.Components.Controls;
using MudBlazor;

namespace ClusterPanel.Web.Components.Pages.Deployments;

/// <summary>One stage on one host.</summary>
/// <param name="Stage">The stage.</param>
/// <param name="Host">The host.</param>
/// <param name="Latest">Its newest attempt, or null before the first.</param>
public sealed record GridCell(Stage Stage, ClusterMember Host, Attempt? Latest)
{
    public StepStatus Status => Latest?.Status ?? StepStatus.Pending;

    public StatusLook Look => Stage.Optional && Status == StepStatus.Failed ? new("Not done", Icons.Material.Filled.Warning, Tone.Warn) : StatusLook.Of(Status);

    /// <summary>How long the newest attempt took, or has taken so far.</summary>
    public TimeSpan? Duration(DateTimeOffset now) => Latest is null ? null : (Latest.EndedAt ?? now) - Latest.StartedAt;
}
