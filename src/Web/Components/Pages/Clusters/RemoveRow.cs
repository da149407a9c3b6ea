using ClusterPanel.Core.Clusters;

namespace ClusterPanel.Web.Components.Pages.Clusters;

/// <summary>A node in the table of a removal.</summary>
public sealed class RemoveRow(ClusterMember member)
{
    public ClusterMember Member => member;

    public bool Chosen { get; set; }

    /// <summary>It is being asked.</summary>
    public bool Looking { get; set; }

    public bool Answers { get; set; }

    /// <summary>Why it does not answer, or null.</summary>
    public string? Error { get; set; }

    /// <summary>The operator says that it is switched off.</summary>
    public bool PoweredOff { get; set; }

    /// <summary>True when everything about it is known that a plan needs.</summary>
    public bool Decided => Answers || (Error is not null && PoweredOff);
}
