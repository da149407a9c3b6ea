using ClusterPanel.Core.Hosts;

namespace ClusterPanel.Core.Deployments;

/// <summary>One line of a deployment's log.</summary>
/// <param name="Sequence">1, 2, 3 … without gaps within a deployment.</param>
/// <param name="Time">When the panel received it.</param>
/// <param name="Stage">Key of the stage, or empty for the deployment as a whole.</param>
/// <param name="Host">Inventory name of the host, or empty.</param>
/// <param name="Stream">Where it came from.</param>
/// <param name="Text">Redacted text.</param>
public sealed record LogLine(long Sequence, DateTimeOffset Time, string Stage, string Host, LineSource Stream, string Text);
