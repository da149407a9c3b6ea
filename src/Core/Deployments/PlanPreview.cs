namespace ClusterPanel.Core.Deployments;

/// <summary>A plan as shown before it is confirmed.</summary>
/// <param name="Plan">The plan.</param>
/// <param name="Hash">Sent back with the confirmation: what is started is exactly what was shown.</param>
public sealed record PlanPreview(Plan Plan, string Hash)
{
    /// <summary>What to know before it is confirmed; empty when there is nothing.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>The plan with its hash.</summary>
    public PlanPreview(Plan plan)
        : this(plan, plan.Hash())
    {
    }
}
