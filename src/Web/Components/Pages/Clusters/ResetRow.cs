using ClusterPanel.Core.Clusters;

namespace ClusterPanel.Web.Components.Pages.Clusters;

/// <summary>A host in the table of a reset.</summary>
public sealed class ResetRow(ClusterMember member)
{
    public ClusterMember Member => member;

    /// <summary>What would be undone, or null while it is looked at.</summary>
    public IReadOnlyList<string>? Left { get; set; }

    /// <summary>Why it cannot be looked at, or null.</summary>
    public string? Error { get; set; }

    public bool LeftOut { get; set; }
}
