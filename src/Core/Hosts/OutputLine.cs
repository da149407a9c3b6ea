namespace ClusterPanel.Core.Hosts;

/// <summary>One line a remote command printed. Text, never to be rendered as HTML.</summary>
/// <param name="Stream">Which of the two streams.</param>
/// <param name="Text">The line without its line end.</param>
public readonly record struct OutputLine(LineSource Stream, string Text);
