using ClusterPanel.Core.Deployments;

namespace ClusterPanel.Web.Api;

/// <summary>What would be done: send its hash back to have it done.</summary>
/// <param name="Hash">Of the plan; another one means that something has changed meanwhile.</param>
/// <param name="ClusterId">Identity of the cluster; a creation sends it back with the hash.</param>
/// <param name="Title">What it is.</param>
/// <param name="Warnings">What to know before it is confirmed.</param>
/// <param name="Stages">In order.</param>
internal sealed record PlanAnswer(string Hash, Guid ClusterId, string Title, IReadOnlyList<string> Warnings, IReadOnlyList<PlanAnswer.StageAnswer> Stages)
{
    /// <summary>The same for the API.</summary>
    public static PlanAnswer Of(PlanPreview preview, Guid clusterId) => new(preview.Hash, clusterId, preview.Plan.Title, preview.Warnings,
    [
        .. preview.Plan.Stages.Select(s => new StageAnswer(s.Key, s.Title, s.Width,
            [.. s.Hosts.Select(h => new HostAnswer(h.Member.HostName, [.. h.Commands.Select(c => new CommandAnswer(c.Kind, c.Sentence, c.Script, c.OnControlPlane))]))])),
    ]);

    /// <summary>A stage.</summary>
    /// <param name="Key">Its key in the log.</param>
    /// <param name="Title">What it is.</param>
    /// <param name="Width">How many hosts at once.</param>
    /// <param name="Hosts">On which hosts.</param>
    internal sealed record StageAnswer(string Key, string Title, int Width, IReadOnlyList<HostAnswer> Hosts);

    /// <summary>What a stage does on one host.</summary>
    /// <param name="Host">Its name in the inventory.</param>
    /// <param name="Commands">What may be run for it.</param>
    internal sealed record HostAnswer(string Host, IReadOnlyList<CommandAnswer> Commands);

    /// <summary>A command.</summary>
    /// <param name="Kind">Look, Change, Detached or Upload.</param>
    /// <param name="Sentence">What it does.</param>
    /// <param name="Script">Its text.</param>
    /// <param name="OnControlPlane">True when it runs on a healthy master and not on the host itself.</param>
    internal sealed record CommandAnswer(CommandKind Kind, string Sentence, string Script, bool OnControlPlane);
}
