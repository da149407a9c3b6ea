using ClusterPanel.Core.Hosts;

namespace ClusterPanel.Core.Deployments;

/// <summary>A line on its way into the log, before it has a sequence number.</summary>
/// <param name="Time">When the panel received it.</param>
/// <param name="Stage">Key of the stage, or empty.</param>
/// <param name="Host">Inventory name of the host, or empty.</param>
/// <param name="Stream">Where it came from.</param>
/// <param name="Text">Redacted text.</param>
public sealed record NewLogLine(DateTimeOffset Time, string Stage, string Host, LineSource Stream, string Text);
