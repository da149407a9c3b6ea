namespace ClusterPanel.Core.Hosts;

/// <summary>Where a log line came from.</summary>
public enum LineSource
{
    /// <summary>The panel itself.</summary>
    Panel,

    /// <summary>Standard output of a remote command.</summary>
    Output,

    /// <summary>Standard error of a remote command.</summary>
    Error,
}
